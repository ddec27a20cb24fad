// A Hearth thermostat in C++ for ESP8266, ESP32 and Linux. docs/device-makers.md says why each step is there; the
// conformance kit passes it. What differs between machines is behind platform.h.
#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>
#include <vector>

#include "platform.h"

using Json = std::unique_ptr<cJSON, decltype(&cJSON_Delete)>;

const double MIN_C = 5, MAX_C = 30, STEP_C = 0.5, HYSTERESIS_K = 0.2;
const uint32_t RETRY_MAX_MS = 60000, RECEIPT_WAIT_MS = 500;
const uint64_t NEVER = UINT64_MAX;
const size_t UNACKNOWLEDGED_MAX = 10, ANSWERS_MAX = 32, PAYLOAD_MAX = 1024;
#ifdef ESP8266
const size_t BUFFER_MAX = 240; // 40 minutes at 10 s, in 10 kB of its memory
#else
const size_t BUFFER_MAX = 1000;
#endif
const std::vector<std::string> QUANTITIES = {"temperature", "setpoint", "heating", "mode"};

struct Reading {
  uint32_t seq;
  int64_t timeMs; // Unix time; since the start where the clock was not set
  bool isUptime;
  double temperatureC, setpointC; // NAN: the sensor failed
  bool isHeating, isOn;
};

Settings settings;
struct { // What a power cut must not take.
  uint32_t boot = 0;
  double setpointC = 20;
  bool isOn = true;
} flash;

uint32_t conn = 0, seq = 0, lateUpTo = 0, failures = 0;
int64_t lastAtMs = 0;
bool isConnected = false, isLive = false, isHeating = false; // live: the receipt was waited for, readings go out
uint64_t connectAt = 0, handInAt = NEVER, readAt = NEVER;    // by uptimeMs
std::deque<Reading> kept;                                    // without a receipt, oldest first
size_t sent = 0, unacknowledged = 0;                         // of kept, on this connection; of all messages
std::deque<std::pair<std::string, std::string>> answers;     // by request id, the last 32

Json parse(const std::string &text) {
  return Json(cJSON_ParseWithOpts(text.c_str(), nullptr, true), cJSON_Delete);
}
std::string print(const Json &json) {
  std::unique_ptr<char, decltype(&cJSON_free)> text(cJSON_PrintUnformatted(json.get()), cJSON_free);
  return text ? text.get() : "";
}
Json object() { return Json(cJSON_CreateObject(), cJSON_Delete); }
cJSON *field(const cJSON *json, const char *name) { return cJSON_GetObjectItemCaseSensitive(json, name); }
std::string textOf(const cJSON *json) { return cJSON_IsString(json) ? json->valuestring : ""; }
bool isWhole(const cJSON *json) { return cJSON_IsNumber(json) && std::floor(json->valuedouble) == json->valuedouble; }
bool isOneOf(const std::string &name, const std::vector<std::string> &names) {
  for (const std::string &one : names)
    if (one == name) return true;
  return false;
}

void save() {
  Json json = object();
  cJSON_AddNumberToObject(json.get(), "boot", flash.boot);
  cJSON_AddNumberToObject(json.get(), "setpoint", flash.setpointC);
  cJSON_AddBoolToObject(json.get(), "isOn", flash.isOn);
  writeFlash(print(json));
}

std::string topicOf(const char *kind) { return "hearth/v1/" + settings.home + "/" + settings.id + "/" + kind; }

void publish(const char *kind, const std::string &payload) {
  if (!isConnected) return;
  unacknowledged += 1;
  mqttPublish(topicOf(kind), payload, std::string(kind) != "response");
}

std::string statusText(bool isOnline) {
  Json json = object();
  cJSON_AddBoolToObject(json.get(), "online", isOnline);
  cJSON_AddNumberToObject(json.get(), "boot", flash.boot);
  cJSON_AddNumberToObject(json.get(), "conn", conn);
  if (isOnline && unixMs() == 0) cJSON_AddNumberToObject(json.get(), "uptime", uptimeMs());
  return print(json);
}

std::string aboutText() {
  const std::string period = std::to_string(settings.periodMs);
  return R"({"contract":1,"maker":"Example","model":"C++ thermostat","kind":"thermostat","firmware":"1.0.0","quantities":{)"
         R"("temperature":{"unit":"°C","min":-10,"max":50,"resolution":0.1,"periodMs":)" + period +
         R"(},"setpoint":{"unit":"°C","min":5,"max":30,"resolution":0.5,"periodMs":)" + period +
         R"(},"heating":{"periodMs":)" + period + R"(},"mode":{"periodMs":)" + period +
         R"(}},"commands":{"get":true,"set":{"setpoint":{"min":5,"max":30,"step":0.5},"mode":["off","heat"]}}})";
}

/** Measures, and heats as it has to be. Without a temperature nothing is heated; off is frost protection alone. */
Reading measure() {
  Reading now{0, 0, false, std::round(senseC() * 10) / 10, flash.setpointC, false, flash.isOn};
  const double wantedC = flash.isOn ? flash.setpointC : MIN_C;
  isHeating = now.temperatureC < wantedC + (isHeating ? HYSTERESIS_K : -HYSTERESIS_K); // NAN is below nothing
  heat(now.isHeating = isHeating);
  now.timeMs = unixMs();
  now.isUptime = now.timeMs == 0;
  if (now.isUptime) now.timeMs = uptimeMs();
  // No two readings have the same instant.
  if (now.timeMs <= lastAtMs && now.timeMs > lastAtMs - 100) now.timeMs = lastAtMs + 1;
  lastAtMs = now.timeMs;
  return now;
}

void addMeasured(const Json &message, const Reading &reading, const std::vector<std::string> &names) {
  cJSON_AddNumberToObject(message.get(), reading.isUptime ? "uptime" : "at", reading.timeMs);
  cJSON *values = cJSON_AddObjectToObject(message.get(), "values");
  for (const std::string &name : names) {
    if (name == "setpoint") cJSON_AddNumberToObject(values, "setpoint", reading.setpointC);
    if (name == "heating") cJSON_AddBoolToObject(values, "heating", reading.isHeating);
    if (name == "mode") cJSON_AddStringToObject(values, "mode", reading.isOn ? "heat" : "off");
    if (name != "temperature") continue;
    if (!std::isnan(reading.temperatureC)) cJSON_AddNumberToObject(values, "temperature", reading.temperatureC);
    else {
      cJSON_AddNullToObject(values, "temperature");
      cJSON_AddStringToObject(cJSON_AddObjectToObject(message.get(), "faults"), "temperature", "unplugged");
    }
  }
}

/** Few at a time: a small device has no memory for all of its buffer in the MQTT library. */
void sendReadings() {
  while (isLive && sent < kept.size() && unacknowledged < UNACKNOWLEDGED_MAX) {
    const Reading &reading = kept[sent++];
    Json message = object();
    cJSON_AddNumberToObject(message.get(), "boot", flash.boot);
    cJSON_AddNumberToObject(message.get(), "seq", reading.seq);
    addMeasured(message, reading, QUANTITIES);
    if (reading.seq <= lateUpTo) cJSON_AddBoolToObject(message.get(), "late", true);
    publish("reading", print(message));
  }
}

void forgetOldest() {
  kept.pop_front();
  if (sent > 0) sent -= 1;
}

void report() {
  kept.push_back(measure());
  kept.back().seq = ++seq;
  if (kept.size() > BUFFER_MAX) forgetOldest();
  sendReadings();
}

/** What the platform has no receipt for, then a fresh reading. */
void handIn() {
  handInAt = NEVER;
  if (isLive) return;
  isLive = true;
  failures = 0;
  lateUpTo = seq;
  report();
}

/** The platform knows a later life of this device, or a reading that it never made: its count was lost. */
void beginAnew(uint32_t boot) {
  flash.boot = boot;
  save();
  seq = 0;
  for (Reading &reading : kept) reading.seq = ++seq;
  conn = 0;
  mqttDrop();
}

void takeReceipt(const cJSON *receipt) {
  const cJSON *boot = field(receipt, "boot"), *upTo = field(receipt, "seq");
  if (!isWhole(boot) || !isWhole(upTo)) return;
  const bool isLater = boot->valuedouble == flash.boot && upTo->valuedouble > seq;
  if (boot->valuedouble > flash.boot || isLater) return beginAnew(boot->valuedouble + 1);
  if (boot->valuedouble == flash.boot)
    while (!kept.empty() && kept.front().seq <= upTo->valuedouble) forgetOldest();
  handIn();
}

Json refuse(const char *code) {
  Json error = object();
  cJSON_AddStringToObject(error.get(), "code", code);
  return error;
}

/** Why the values cannot be set; null when they can. */
Json refusalOfSet(const cJSON *set) {
  if (!cJSON_IsObject(set) || !set->child) return refuse("malformed");
  for (const cJSON *one = set->child; one; one = one->next)
    if (!isOneOf(one->string, {"setpoint", "mode"})) return refuse("read-only");
  const cJSON *mode = field(set, "mode"), *setpoint = field(set, "setpoint");
  if (mode && !isOneOf(textOf(mode), {"off", "heat"})) return refuse("out-of-range");
  if (setpoint && !(cJSON_IsNumber(setpoint) && std::isfinite(setpoint->valuedouble))) return refuse("malformed");
  if (!setpoint || (setpoint->valuedouble >= MIN_C && setpoint->valuedouble <= MAX_C)) return Json(nullptr, cJSON_Delete);
  Json error = refuse("out-of-range");
  cJSON_AddNumberToObject(error.get(), "min", MIN_C);
  cJSON_AddNumberToObject(error.get(), "max", MAX_C);
  return error;
}

Json refusalOf(const cJSON *request) {
  const cJSON *get = field(request, "get"), *set = field(request, "set"), *forConn = field(request, "conn");
  if (!isWhole(forConn)) return refuse("malformed");
  if (forConn->valuedouble != conn) return refuse("stale");
  if (!get == !set) return refuse("malformed");
  if (set) return refusalOfSet(set);
  if (!cJSON_IsArray(get) || !get->child) return refuse("malformed");
  for (const cJSON *one = get->child; one; one = one->next)
    if (!isOneOf(textOf(one), QUANTITIES)) return refuse("unknown-quantity");
  return Json(nullptr, cJSON_Delete);
}

void apply(const cJSON *set) {
  const cJSON *mode = field(set, "mode"), *setpoint = field(set, "setpoint");
  if (setpoint) flash.setpointC = std::round(setpoint->valuedouble / STEP_C) * STEP_C;
  if (mode) flash.isOn = textOf(mode) == "heat";
  save();
}

void takeRequest(const cJSON *request) {
  const uint64_t beganAt = uptimeMs();
  const std::string id = textOf(field(request, "id"));
  const char *idCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  if (id.empty() || id.size() > 64 || id.find_first_not_of(idCharacters) != std::string::npos) return;
  for (const auto &[former, answer] : answers)
    if (former == id) return publish("response", answer); // it comes twice, and acts once
  const cJSON *set = field(request, "set");
  Json error = refusalOf(request), answer = object();
  const bool isSet = !error && set;
  if (isSet) apply(set);
  cJSON_AddStringToObject(answer.get(), "id", id.c_str());
  if (error) cJSON_AddItemToObject(answer.get(), "error", error.release());
  else {
    std::vector<std::string> names;
    for (const cJSON *one = set ? set->child : field(request, "get")->child; one; one = one->next)
      names.push_back(set ? one->string : one->valuestring);
    addMeasured(answer, measure(), names);
  }
  cJSON_AddNumberToObject(answer.get(), "tookMs", uptimeMs() - beganAt);
  answers.emplace_back(id, print(answer));
  if (answers.size() > ANSWERS_MAX) answers.pop_front();
  publish("response", answers.back().second);
  if (isSet) report(); // a setpoint counts when a reading shows it
}

void onMessage(const std::string &topic, const std::string &payload, bool isRetained) {
  if (payload.size() > PAYLOAD_MAX) return; // nothing that Hearth sends is as long
  const Json message = parse(payload);
  if (!cJSON_IsObject(message.get())) return;
  if (topic == topicOf("receipt")) takeReceipt(message.get());
  else if (!isRetained) takeRequest(message.get());
}

void onConnected() {
  isConnected = true;
  mqttSubscribe(topicOf("receipt"), topicOf("request"));
  publish("about", aboutText());
  publish("status", statusText(true));
}

void onSubscribed() {
  if (!isLive) handInAt = uptimeMs() + RECEIPT_WAIT_MS; // the retained receipt comes before, if there is one
}

void onAcknowledged() {
  if (unacknowledged > 0) unacknowledged -= 1;
  sendReadings();
}

/** It waits twice as long after each failure, and up to as long again by chance: a whole house comes back at once. */
void onLost() {
  isConnected = isLive = false;
  handInAt = NEVER;
  const uint64_t pauseMs = std::min<uint64_t>(uint64_t(settings.retryMinMs) << std::min<uint32_t>(failures, 16), RETRY_MAX_MS);
  failures += 1;
  connectAt = uptimeMs() + pauseMs + randomBelow(pauseMs);
}

void connectAnew() {
  connectAt = NEVER;
  conn += 1;
  sent = unacknowledged = 0;
  mqttConnect({topicOf("status"), statusText(false)});
}

bool turnKnob(int steps) {
  const double setpointC = flash.setpointC + steps * STEP_C;
  if (setpointC < MIN_C || setpointC > MAX_C) return false;
  flash.setpointC = setpointC;
  save();
  report();
  return true;
}

bool sayGoodbye() {
  publish("status", statusText(false));
  return isConnected;
}

void startDevice() {
  const Json stored = parse(readFlash());
  if (isWhole(field(stored.get(), "boot"))) {
    flash.boot = field(stored.get(), "boot")->valuedouble;
    flash.setpointC = field(stored.get(), "setpoint")->valuedouble;
    flash.isOn = cJSON_IsTrue(field(stored.get(), "isOn"));
  }
  flash.boot += 1;
  save();
  readAt = uptimeMs() + settings.periodMs;
}

void runDevice() {
  const uint64_t now = uptimeMs();
  if (now >= connectAt) connectAnew();
  if (now >= handInAt) handIn();
  if (now < readAt) return;
  readAt += settings.periodMs;
  if (readAt <= now) readAt = now + settings.periodMs;
  report();
}
