// What the device in device.cpp asks of the machine it runs on, and what it is told by it. device.ino is that machine
// for ESP8266 and ESP32, linux/linux.cpp for Linux.
#pragma once
#include <stdint.h>
#include <string>
#ifdef ARDUINO
#include <Arduino_JSON.h> // brings cJSON, as Debian's libcjson-dev does
#endif
#include <cjson/cJSON.h>

struct Settings {
  std::string id = "example", secret, home = "home", broker = "127.0.0.1";
  std::string ca; // PEM of the authority that the broker is known by; empty: MQTT without TLS
  uint16_t port = 1883;
  uint32_t periodMs = 10000, keepaliveS = 30, retryMinMs = 1000;
};
extern Settings settings;

struct Will {
  std::string topic, payload;
};

// What the machine does for the device.
std::string readFlash();                  // what was written last; empty the first time
void writeFlash(const std::string &text); // whole or not at all
int64_t unixMs();                         // 0 while the clock is not set
uint64_t uptimeMs();                      // since the start; never jumps
double senseC();                          // NAN when the sensor does not answer
void heat(bool isHeating);
uint32_t randomBelow(uint32_t end);
void mqttConnect(const Will &will); // a new session at QoS 1; onConnected or onLost follows
void mqttSubscribe(const std::string &receipts, const std::string &requests);
void mqttPublish(const std::string &topic, const std::string &payload, bool isRetained);
void mqttDrop(); // breaks the connection; onLost follows

// What the machine tells the device, all from one thread.
void startDevice();
void runDevice(); // again and again, each few milliseconds
void onConnected();
void onSubscribed();
void onAcknowledged(); // one of those that were published
void onMessage(const std::string &topic, const std::string &payload, bool isRetained);
void onLost();
bool turnKnob(int steps); // false where its limits do not let it
bool sayGoodbye(); // before it is switched off on purpose; false where nobody can hear it
