// The device of device.cpp on an ESP8266 or ESP32, with a DS18B20 as sensor and a relay as heater.
// Libraries, by the Library Manager: espMqttClient, Arduino_JSON, OneWire, DallasTemperature.
#ifdef ESP8266
#include <ESP8266WiFi.h>
#else
#include <WiFi.h>
#include <esp_timer.h>
#endif
#include <DallasTemperature.h>
#include <LittleFS.h>
#include <OneWire.h>
#include <cmath>
#include <espMqttClient.h>
#include <sys/time.h>

#include "platform.h"

const char *const WIFI_NAME = "…", *const WIFI_PASSWORD = "…";
const char *const DEVICE = "hall-thermostat", *const SECRET = "…", *const HOME_ID = "home";
const char *const BROKER = "192.168.1.10"; // as it stands in the broker's certificate
const uint16_t PORT = 8883;
const char CA[] = R"(-----BEGIN CERTIFICATE-----
…
-----END CERTIFICATE-----
)";
const uint8_t SENSOR_PIN = 4, HEATER_PIN = 5;

#ifdef ESP8266
BearSSL::X509List authority;
espMqttClientSecure mqtt;
uint64_t uptimeMs() { return micros64() / 1000; }
#else
espMqttClientSecure mqtt(espMqttClientTypes::UseInternalTask::NO); // all from one thread
uint64_t uptimeMs() { return esp_timer_get_time() / 1000; }
#endif

int64_t unixMs() {
  timeval now;
  gettimeofday(&now, nullptr);
  const bool isSet = now.tv_sec > 1577836800; // 2020: before NTP it is 1970
  return isSet ? int64_t(now.tv_sec) * 1000 + now.tv_usec / 1000 : 0;
}
uint32_t randomBelow(uint32_t end) { return random(end); } // of the hardware, as long as nobody calls randomSeed

std::string readFlash() {
  File file = LittleFS.open("/device.json", "r");
  return file ? file.readString().c_str() : "";
}
void writeFlash(const std::string &text) {
  File file = LittleFS.open("/device.json.new", "w");
  file.write(reinterpret_cast<const uint8_t *>(text.data()), text.size());
  file.close();
  LittleFS.rename("/device.json.new", "/device.json");
}

OneWire wire(SENSOR_PIN);
DallasTemperature sensors(&wire);
float sensedC = NAN;
void runSensor() {
  static uint64_t dueAt = 0;
  if (uptimeMs() < dueAt) return;
  dueAt = uptimeMs() + 1000;
  sensedC = sensors.getTempCByIndex(0); // of the conversion that a second ago began
  // −127: it does not answer. 85: it was without power and has not measured since.
  if (sensedC == DEVICE_DISCONNECTED_C || sensedC == 85) sensedC = NAN;
  sensors.requestTemperatures();
}
double senseC() { return sensedC; }
void heat(bool isHeating) { digitalWrite(HEATER_PIN, isHeating ? HIGH : LOW); }

bool isOver = false; // the connection; told outside of its callbacks

void mqttConnect(const Will &will) {
  static Will kept; // the library keeps pointers
  kept = will;
  mqtt.clearQueue(true); // what has to be sent again is in our buffer, not in the library's
  mqtt.setWill(kept.topic.c_str(), 1, true, kept.payload.c_str());
  isOver = !WiFi.isConnected() || !mqtt.connect();
}
void mqttSubscribe(const std::string &receipts, const std::string &requests) {
  mqtt.subscribe(receipts.c_str(), 1, requests.c_str(), 1);
}
void mqttPublish(const std::string &topic, const std::string &payload, bool isRetained) {
  mqtt.publish(topic.c_str(), 1, isRetained, payload.c_str());
}
void mqttDrop() { mqtt.disconnect(true); }

void setup() {
  pinMode(HEATER_PIN, OUTPUT);
  heat(false);
  sensors.begin();
  sensors.setWaitForConversion(false);
#ifdef ESP8266
  LittleFS.begin();
  authority.append(CA);
  mqtt.setTrustAnchors(&authority);
  mqtt.setBufferSizes(1024, 1024); // of TLS records: Hearth's broker agrees to small ones
#else
  LittleFS.begin(true);
  mqtt.setCACert(CA);
#endif
  WiFi.mode(WIFI_STA);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  configTime(0, 0, "pool.ntp.org");

  settings.id = DEVICE;
  settings.home = HOME_ID;
  mqtt.setServer(BROKER, PORT).setClientId(DEVICE).setCredentials(DEVICE, SECRET);
  mqtt.setKeepAlive(settings.keepaliveS).setCleanSession(true).setTimeout(60);
  mqtt.onConnect([](bool) { onConnected(); });
  mqtt.onSubscribe([](uint16_t, const espMqttClientTypes::SubscribeReturncode *, size_t) { onSubscribed(); });
  mqtt.onPublish([](uint16_t) { onAcknowledged(); });
  mqtt.onDisconnect([](espMqttClientTypes::DisconnectReason) { isOver = true; });
  mqtt.onMessage([](const espMqttClientTypes::MessageProperties &properties, const char *topic, const uint8_t *payload,
                    size_t length, size_t, size_t total) {
    if (length < total) return; // a piece of something that is longer than any request
    onMessage(topic, std::string(reinterpret_cast<const char *>(payload), length), properties.retain);
  });
  startDevice();
}

void loop() {
  runSensor();
  runDevice();
  mqtt.loop();
  delay(1);
  if (!isOver) return;
  isOver = false;
  onLost();
}
