// The device of device.cpp on Linux: libmosquitto, a file as flash, the environment for settings, and a made-up room.
//   g++ -std=c++17 -O1 -o device device.cpp linux/linux.cpp -lmosquitto -lcjson
#include "../platform.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mosquitto.h>
#include <poll.h>
#include <random>
#include <thread>
#include <unistd.h>

using namespace std::chrono;

std::string env(const char *name, const std::string &otherwise) {
  const char *value = std::getenv(name);
  return value ? value : otherwise;
}
uint32_t envNumber(const char *name, uint32_t otherwise) { return std::stoul(env(name, std::to_string(otherwise))); }

std::string flashFile() { return env("STATE_DIR", ".") + "/" + settings.id + ".json"; }
std::string readFlash() {
  std::ifstream file(flashFile());
  return std::string(std::istreambuf_iterator<char>(file), {});
}
void writeFlash(const std::string &text) {
  std::ofstream(flashFile() + ".new") << text;
  if (std::rename((flashFile() + ".new").c_str(), flashFile().c_str()) == 0) return;
  std::perror(flashFile().c_str()); // a boot that is not kept would come twice
  std::exit(1);
}

// CLOCK_AFTER_MS: how long the clock is not set, as that of a chip is until it has heard an NTP server.
const uint32_t clockAfterMs = envNumber("CLOCK_AFTER_MS", 0);
const auto startedAt = steady_clock::now();
int64_t clockOffMs = 0;
uint64_t uptimeMs() { return duration_cast<milliseconds>(steady_clock::now() - startedAt).count(); }
int64_t unixMs() {
  if (uptimeMs() < clockAfterMs) return 0;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count() + clockOffMs;
}

std::mt19937 chance{std::random_device{}()};
uint32_t randomBelow(uint32_t end) { return std::uniform_int_distribution<uint32_t>(0, end - 1)(chance); }
bool isUnplugged = false;
double senseC() { return isUnplugged ? NAN : 20 + randomBelow(11) / 10.0; }
void heat(bool) {}

mosquitto *client = nullptr;
bool isOver = false; // the client's connection; told outside of its callbacks

void mqttConnect(const Will &will) {
  // A new client for each connection: what has to be sent again is in our buffer, not in the library's.
  if (client) mosquitto_destroy(client);
  client = mosquitto_new(settings.id.c_str(), true, nullptr);
  mosquitto_username_pw_set(client, settings.id.c_str(), settings.secret.c_str());
  mosquitto_will_set(client, will.topic.c_str(), will.payload.size(), will.payload.data(), 1, true);
  if (!settings.ca.empty()) mosquitto_tls_set(client, settings.ca.c_str(), nullptr, nullptr, nullptr, nullptr);
  mosquitto_connect_callback_set(client, [](mosquitto *, void *, int code) {
    if (code == 0) return onConnected();
    std::cerr << "not let in: " << mosquitto_connack_string(code) << std::endl;
    isOver = true;
  });
  mosquitto_subscribe_callback_set(client, [](mosquitto *, void *, int, int, const int *) { onSubscribed(); });
  mosquitto_publish_callback_set(client, [](mosquitto *, void *, int) { onAcknowledged(); });
  mosquitto_message_callback_set(client, [](mosquitto *, void *, const mosquitto_message *message) {
    const std::string payload(static_cast<char *>(message->payload), message->payloadlen);
    onMessage(message->topic, payload, message->retain);
  });
  const int keepaliveS = std::max(5u, settings.keepaliveS); // it takes no less
  const int error = mosquitto_connect(client, settings.broker.c_str(), settings.port, keepaliveS);
  isOver = error != MOSQ_ERR_SUCCESS;
  if (isOver) std::cerr << "no broker: " << mosquitto_strerror(error) << std::endl;
}
void mqttSubscribe(const std::string &receipts, const std::string &requests) {
  char *topics[] = {const_cast<char *>(receipts.c_str()), const_cast<char *>(requests.c_str())};
  mosquitto_subscribe_multiple(client, nullptr, 2, topics, 1, 0, nullptr);
}
void mqttPublish(const std::string &topic, const std::string &payload, bool isRetained) {
  mosquitto_publish(client, nullptr, topic.c_str(), payload.size(), payload.data(), 1, isRetained);
}
void mqttDrop() { isOver = true; }

volatile std::sig_atomic_t isAskedToStop = 0;

/** What a hand does to a real device comes as lines from the conformance kit. */
void takeLines() {
  static bool isOpen = true;
  pollfd input{STDIN_FILENO, POLLIN, 0};
  std::string line;
  while (isOpen && poll(&input, 1, 0) > 0 && (isOpen = bool(std::getline(std::cin, line)))) {
    if (line == "sensor-out") isUnplugged = true;
    if (line == "sensor-in") isUnplugged = false;
    if (line == "clock-ahead") clockOffMs += 3600000;
    if (line == "clock-back") clockOffMs -= 3600000;
    if (line == "knob" && !turnKnob(1)) turnKnob(-1);
  }
}

int main() {
  settings = {env("DEVICE", "example"), env("SECRET", ""), env("HOME_ID", "home"), env("BROKER", "127.0.0.1"),
              env("CA_FILE", ""), uint16_t(envNumber("PORT", 1883)), envNumber("PERIOD_MS", 10000),
              envNumber("KEEPALIVE_S", 30), envNumber("RETRY_MIN_MS", 1000)};
  std::signal(SIGTERM, [](int) { isAskedToStop = 1; });
  std::setvbuf(stdin, nullptr, _IONBF, 0); // so that poll sees each line
  mosquitto_lib_init();
  startDevice();
  while (!isAskedToStop) {
    takeLines();
    runDevice();
    if (!client) {
      std::this_thread::sleep_for(10ms);
      continue;
    }
    if (!isOver && mosquitto_loop(client, 10, 1) == MOSQ_ERR_SUCCESS && !isOver) continue;
    mosquitto_destroy(client);
    client = nullptr;
    onLost();
  }
  if (!client || !sayGoodbye()) return 0;
  mosquitto_disconnect(client); // after what was published
  while (mosquitto_loop(client, 100, 1) == MOSQ_ERR_SUCCESS) continue;
}
