#include "broker-mock/net/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <fstream>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/things.hpp"
#include "broker-mock/net/admin.hpp"
#include "broker-mock/net/certificates.hpp"
#include "broker-mock/net/listener.hpp"
#include "broker-mock/net/mqtt_records.hpp"
#include "broker-mock/net/mqtt_server.hpp"
#include "broker-mock/net/object_records.hpp"
#include "broker-mock/net/secrets.hpp"
#include "broker-mock/net/tls_context.hpp"
#include "broker-mock/net/web.hpp"
#include "broker-mock/s3/minter.hpp"

namespace cartstorm::broker::net {
namespace {

/// As long as the kernel allows (net.core.somaxconn cuts it): a fleet comes back at once.
constexpr int long_backlog = 4096;
/// The longest that nobody looks at the clock: an operator may move it.
constexpr std::chrono::milliseconds longest_nap{1000};
/// For connections to take what is left for them when the endpoint ends.
constexpr std::chrono::milliseconds farewell{200};

std::string schema() {
  return fmt::format("{};{};{}", Journal::schema(), MqttRecords::schema(), ObjectRecords::schema());
}

bool is_any_address(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

/// Names and addresses of this machine, the one that goes into URLs first.
std::vector<std::string> hosts_of(const EndpointOptions& options) {
  if (!options.hosts.empty()) return options.hosts;
  std::vector<std::string> hosts = {"localhost", "127.0.0.1"};
  const bool is_known = is_any_address(options.address) || options.address == hosts[1];
  if (!is_known) hosts.insert(hosts.begin(), options.address);
  return hosts;
}

std::string in_url(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string port_of(const std::string& where) { return where.substr(where.rfind(':') + 1); }

mqtt::Settings settings_of(const EndpointOptions& options, const Secrets& secrets) {
  mqtt::Settings settings;
  settings.limits = mqtt::limits_of(options.profile);
  settings.seed = secrets.seed;
  return settings;
}

}  // namespace

/// Everything that needs the folder, made by open() in the order in which it depends on the rest.
class Endpoint::Parts {
 public:
  Parts(EndpointOptions wish, Log log) : options{std::move(wish)}, loop{std::move(log)} {}

  std::string start();
  void heed_signals();
  std::string run();

  EndpointOptions options;
  Addresses addresses;
  std::uint64_t replayed = 0;
  Loop loop;

 private:
  std::string open_folder();
  std::string listen();
  std::string open_ports();
  void make_cloud();
  void go_on_from(ServerTime latest);
  std::string make_tls();
  std::string set_chaos(const Chaos& wish);
  std::string use_certificate(ServerCertificate which);
  void drop_connections(bool mqtt, bool http);
  void watch_time();
  void arm_timer();
  ServerTime due() const { return std::min(cloud_->deadline(), mqtt_->broker().deadline()); }
  std::string write_addresses() const;
  bool commit();
  View view() const;
  std::array<Listener*, 5> ports() const {
    return {mqtts_port_.get(), mqtt_port_.get(), http_port_.get(), https_port_.get(),
            admin_port_.get()};
  }
  std::filesystem::path tls_folder() const { return options.data / "tls"; }

  Clock clock_;
  Chaos chaos_;
  Secrets secrets_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<MqttRecords> records_;
  std::unique_ptr<ObjectRecords> objects_;
  std::unique_ptr<CloudService> cloud_;
  std::unique_ptr<CloudBridge> bridge_;
  s3::Inventory inventory_;
  std::unique_ptr<http::Authenticator> authenticator_;
  std::unique_ptr<s3::Service> s3_;
  std::unique_ptr<MqttServer> mqtt_;
  std::unique_ptr<Web> web_;
  std::unique_ptr<Admin> admin_;
  std::unique_ptr<HttpServer> web_server_, admin_server_;
  TlsContext mqtt_tls_, web_tls_;
  std::unique_ptr<Listener> mqtts_port_, mqtt_port_, http_port_, https_port_, admin_port_;
  const WireChaos no_chaos_;
  asio::signal_set signals_{loop.context()};
  std::unique_ptr<asio::steady_timer> timer_;
  ServerTime armed_for_{};
  std::string problem_;
};

std::string Endpoint::Parts::start() {
  // OpenSSL writes to the descriptor itself and knows no MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  if (std::string problem = open_folder(); !problem.empty()) return problem;
  if (std::string problem = make_tls(); !problem.empty()) return problem;
  if (std::string problem = open_ports(); !problem.empty()) return problem;
  make_cloud();
  if (objects_->damaged() > 0) {
    return fmt::format("{} stored objects in {} are damaged", objects_->damaged(),
                       options.data.string());
  }
  if (!commit()) return problem_;
  if (options.hosts.empty() && is_any_address(options.address)) {
    loop.say("urls",
             "job documents lead to localhost: give --host NAME for carts on other machines");
  }
  arm_timer();
  return listen();
}

std::string Endpoint::Parts::open_folder() {
  std::error_code error;
  // Keys, tokens and job documents with their URLs lie in it.
  if (std::filesystem::create_directories(options.data, error)) {
    std::filesystem::permissions(options.data, std::filesystem::perms::owner_all, error);
  }
  if (error) return fmt::format("{}: {}", options.data.string(), error.message());
  if (std::string problem = load_secrets(options.data, secrets_); !problem.empty()) return problem;
  const std::int64_t now_s = clock_.now().unix_ms / 1000;
  bool is_renewed = false;
  std::string problem = ensure_certificates(tls_folder(), hosts_of(options), now_s, is_renewed);
  if (!problem.empty()) return problem;
  if (is_renewed) {
    loop.say("tls", "the server certificate did not fit its names or its time: made a new one");
  }
  const std::string tables = schema();
  database_ =
      std::make_unique<Database>(options.data / "endpoint.db", options.durability, tables.c_str());
  if (!database_->problem().empty()) return database_->problem();
  journal_ = std::make_unique<Journal>(*database_);
  records_ = std::make_unique<MqttRecords>(*database_);
  objects_ = std::make_unique<ObjectRecords>(*database_);
  if (!database_->problem().empty()) return database_->problem();
  // With another region, account or seed the same inputs would make another past, and with another
  // profile sessions would lose what that does not allow.
  const std::string identity = fmt::format(
      "region {}, account {}, profile {}, secrets {:016x}", options.region, options.account,
      options.profile == mqtt::Profile::aws ? "aws" : "standard", mix(secrets_.seed));
  if (const std::string other = journal_->claim(identity); !other.empty()) {
    return fmt::format(
        "{}: its journal was made with {}, not with {}; start it as then, with its "
        "own secrets.json, or use a new folder",
        (options.data / "endpoint.db").string(), other, identity);
  }
  return {};
}

std::string Endpoint::Parts::use_certificate(ServerCertificate which) {
  std::filesystem::path name = tls_folder() / "server";
  std::filesystem::path issuer = tls_folder() / "ca";
  const std::int64_t now_s = clock_.now().unix_ms / 1000;
  CertificateWish wish{CertificateWish::Use::server, "localhost", hosts_of(options), 825, now_s};
  if (which == ServerCertificate::expired) {
    name = tls_folder() / "server-expired";
    wish.valid_from_unix_s = now_s - 30 * 86'400;
    wish.days = 29;
  } else if (which == ServerCertificate::wrong_name) {
    name = tls_folder() / "server-wrong-name";
    wish.common_name = "somebody-else.invalid";
    wish.hosts = {wish.common_name};
  } else if (which == ServerCertificate::unknown_ca) {
    name = tls_folder() / "server-unknown-ca";
    issuer = tls_folder() / "ca-unknown";
  }
  std::error_code error;
  if (!std::filesystem::exists(certificate_files(issuer).certificate, error)) {
    const CertificateWish ca{CertificateWish::Use::ca, "a CA that nobody trusts", {}, 3650, now_s};
    if (std::string problem = make_certificate(ca, {}, issuer); !problem.empty()) return problem;
  }
  if (!std::filesystem::exists(certificate_files(name).certificate, error)) {
    auto problem = make_certificate(wish, issuer, name);
    if (!problem.empty()) return problem;
  }
  const CertificateFiles files = certificate_files(name);
  const TlsFiles tls{files.certificate, files.key,
                     certificate_files(tls_folder() / "ca").certificate};
  std::string problem;
  TlsContext for_mqtt = make_tls_context(tls, ClientCertificate::required, problem);
  TlsContext for_web = make_tls_context(tls, ClientCertificate::welcome, problem);
  if (!for_mqtt || !for_web) return problem;
  // Connections that are open keep the context that they began with.
  mqtt_tls_ = std::move(for_mqtt);
  web_tls_ = std::move(for_web);
  return {};
}

std::string Endpoint::Parts::make_tls() { return use_certificate(ServerCertificate::valid); }

/// The ports come first: URLs in job documents name them.
std::string Endpoint::Parts::open_ports() {
  const auto listener = [this](const WireChaos& chaos, Listener::Accept accept) {
    return std::make_unique<Listener>(loop, chaos, std::move(accept));
  };
  mqtts_port_ = listener(
      chaos_.mqtt, [this](Socket socket) { mqtt_->accept(std::move(socket), mqtt_tls_.get()); });
  mqtt_port_ =
      listener(chaos_.mqtt, [this](Socket socket) { mqtt_->accept(std::move(socket), nullptr); });
  http_port_ = listener(chaos_.http,
                        [this](Socket socket) { web_server_->accept(std::move(socket), nullptr); });
  https_port_ = listener(chaos_.http, [this](Socket socket) {
    web_server_->accept(std::move(socket), web_tls_.get());
  });
  admin_port_ = listener(
      no_chaos_, [this](Socket socket) { admin_server_->accept(std::move(socket), nullptr); });
  const auto open = [](Listener& port, const std::string& address,
                       std::optional<std::uint16_t> number, std::string& where) {
    if (!number) return std::string{};
    std::string problem = port.open(address, *number, long_backlog);
    if (problem.empty()) where = port.where();
    return problem;
  };
  std::string problem = open(*mqtts_port_, options.address, options.mqtts_port, addresses.mqtts);
  if (problem.empty())
    problem = open(*mqtt_port_, options.address, options.mqtt_port, addresses.mqtt);
  if (problem.empty())
    problem = open(*http_port_, options.address, options.http_port, addresses.http);
  if (problem.empty()) {
    problem = open(*https_port_, options.address, options.https_port, addresses.https);
  }
  if (problem.empty()) {
    problem = open(*admin_port_, options.admin_address, options.admin_port, addresses.admin);
  }
  return problem;
}

void Endpoint::Parts::make_cloud() {
  const auto hosts = hosts_of(options);
  CloudConfig config;
  config.seed = secrets_.seed;
  config.region = options.region;
  config.account = options.account;
  const std::string here = fmt::format("{}:{}", in_url(hosts.front()), port_of(addresses.http));
  config.s3_endpoint = "http://" + here;
  config.delivers_to_absent = true;
  config.control.data_endpoint = hosts.front();
  config.control.credential_endpoint = hosts.front();
  config.control.jobs_endpoint = here;
  cloud_ = std::make_unique<CloudService>(config, *journal_);
  bridge_ = std::make_unique<CloudBridge>(*cloud_, loop, chaos_.packets, secrets_.seed);
  // First: events are counted, so that their ids are never used again.
  cloud_->set_events(*bridge_);
  replayed = cloud_->replay();
  go_on_from(journal_->latest());
  cloud_->disconnect_all(clock_.now());
  objects_->on_change(
      [this](std::string_view bucket, std::string_view key, const s3::Object* object) {
        cloud_->object_changed(bucket, key, object, clock_.now());
      });
  authenticator_ = std::make_unique<http::Authenticator>(options.region);
  authenticator_->keys().add(secrets_.access_key, {secrets_.secret_key});
  const http::Credentials role = s3::role_credentials(secrets_.seed);
  authenticator_->keys().add(role.access_key, {role.secret});
  s3::ServiceConfig s3_config;
  s3_config.owner_id = options.account;
  s3_config.endpoints = hosts;
  s3_config.seed = secrets_.seed;
  // What SQLite takes as one value is a little less than a GiB (SQLITE_MAX_LENGTH).
  s3_config.limits.object_bytes = 900ULL << 20U;
  s3_ = std::make_unique<s3::Service>(s3_config, *authenticator_, inventory_, *objects_);
  mqtt_ = std::make_unique<MqttServer>(loop, clock_, settings_of(options, secrets_), *records_,
                                       *bridge_, chaos_.mqtt, chaos_.packets);
  bridge_->set_broker(mqtt_->broker());
  mqtt_->broker().restore(clock_.now());
  web_ = std::make_unique<Web>(*authenticator_, *s3_, inventory_, *cloud_, *bridge_,
                               mqtt_->broker(), clock_, chaos_, secrets_.seed);
  web_server_ = std::make_unique<HttpServer>(
      loop, clock_, HttpLimits{},
      [this](http::Request request, const HttpPeer& peer) {
        return web_->handle(std::move(request), peer);
      },
      chaos_.http);
  admin_ = std::make_unique<Admin>(
      secrets_.admin_token, *cloud_, *bridge_, clock_,
      AdminHooks{[this] { return view(); }, [this](const Chaos& wish) { return set_chaos(wish); },
                 [this]() -> const Chaos& { return chaos_; },
                 [this](bool mqtt, bool http) { drop_connections(mqtt, http); }});
  admin_server_ = std::make_unique<HttpServer>(
      loop, clock_, HttpLimits{32U * 1024, 1ULL << 20U, 1ULL << 20U, 75},
      [this](const http::Request& request, const HttpPeer& peer) {
        return admin_->handle(request, peer);
      },
      no_chaos_);
}

/// Somebody had moved the clock: all parts have to agree on the time, and for carts and cloud it
/// has passed.
void Endpoint::Parts::go_on_from(ServerTime latest) {
  if (replayed == 0 || latest <= clock_.now()) return;
  const std::int64_t ahead_ms = latest.unix_ms - clock_.now().unix_ms;
  clock_.set_offset(ahead_ms);
  loop.say("clock",
           fmt::format("the journal ends {} s ahead of this machine; it goes on from there",
                       (ahead_ms + 999) / 1000));
}

std::string Endpoint::Parts::listen() {
  loop.on_commit([this] { return commit(); });
  loop.on_look_up([this] {
    for (Listener* port : {mqtts_port_.get(), mqtt_port_.get()}) port->take_queued();
  });
  for (Listener* port : ports()) {
    if (port->is_open()) port->begin();
  }
  return write_addresses();
}

/// For `cartstorm rollout` and scripts, who know the folder only.
std::string Endpoint::Parts::write_addresses() const {
  const std::filesystem::path file = options.data / "addresses.json";
  std::ofstream out{file};
  out << fmt::format(
      "{{\"mqtts\":\"{}\",\"mqtt\":\"{}\",\"http\":\"{}\",\"https\":\"{}\",\"admin\":\"{}\"}}\n",
      addresses.mqtts, addresses.mqtt, addresses.http, addresses.https, addresses.admin);
  out.close();
  return out ? std::string{} : fmt::format("{}: cannot be written", file.string());
}

std::string Endpoint::Parts::set_chaos(const Chaos& wish) {
  if (wish.certificate != chaos_.certificate) {
    if (std::string problem = use_certificate(wish.certificate); !problem.empty()) return problem;
  }
  if (wish.backlog != chaos_.backlog) {
    const int backlog = wish.backlog == 0 ? long_backlog : static_cast<int>(wish.backlog);
    mqtts_port_->set_backlog(backlog);
    mqtt_port_->set_backlog(backlog);
  }
  database_->play_full(wish.disk_full);
  chaos_ = wish;
  for (Listener* port : ports()) port->chaos_changed();
  loop.wake_all();
  mqtt_->chaos_changed();
  s3_->set_chaos(wish.s3);
  loop.say("chaos", show_chaos(wish));
  return {};
}

void Endpoint::Parts::drop_connections(bool mqtt, bool http) {
  constexpr std::string_view reason = "dropped by an operator";
  const auto drop = [&](const WireChaos& of, std::initializer_list<Listener*> ports) {
    for (Listener* port : ports) port->drop_half_open();
    loop.reset_all(of, reason);
  };
  if (mqtt) drop(chaos_.mqtt, {mqtts_port_.get(), mqtt_port_.get()});
  if (http) drop(chaos_.http, {https_port_.get(), http_port_.get()});
}

bool Endpoint::Parts::commit() {
  // What came in may be due sooner than what the timer waits for; what is overdue is not put off by
  // every round that comes before it.
  if (timer_ && std::max(due(), clock_.now()) < armed_for_ + -1) arm_timer();
  if (database_->commit()) return true;
  problem_ = database_->problem();
  loop.say("disk", problem_);
  loop.context().stop();
  return false;
}

/// Wakes for what is due next. Deadlines are server times, so the nap is bounded: the clock may be
/// moved meanwhile.
void Endpoint::Parts::arm_timer() {
  if (!timer_) timer_ = std::make_unique<asio::steady_timer>(loop.context());
  const ServerTime now = clock_.now();
  const std::int64_t until_due = due() <= now ? 0 : due().unix_ms - now.unix_ms;
  const auto nap =
      std::chrono::milliseconds{std::clamp<std::int64_t>(until_due, 1, longest_nap.count())};
  armed_for_ = now + nap.count();
  timer_->expires_after(nap);
  timer_->async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) watch_time();
  });
}

void Endpoint::Parts::watch_time() {
  const ServerTime now = clock_.now();
  cloud_->advance(now);
  bridge_->pump({}, now);
  mqtt_->broker().advance(now);
  loop.schedule();
  arm_timer();
}

View Endpoint::Parts::view() const {
  const Cloud::Dropped dropped = cloud_->cloud().dropped();
  std::string chaos = show_chaos(chaos_);
  return {clock_.now(),
          cloud_->board(),
          mqtt_->broker().counters(),
          cloud_->things(),
          bridge_->connected_things(),
          journal_->size(),
          cloud_->feed().last_number(),
          dropped.malformed,
          dropped.unroutable,
          web_->requests(),
          web_->refused(),
          cloud_->cloud().is_controller_up(),
          clock_.offset_ms(),
          clock_.is_frozen(),
          chaos == "{}" ? std::string{} : chaos};
}

void Endpoint::Parts::heed_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) signals_.add(signal);
  signals_.async_wait([this](boost::system::error_code cancelled, int) {
    if (!cancelled) loop.context().stop();
  });
}

std::string Endpoint::Parts::run() {
  loop.context().run();
  if (problem_.empty() && mqtt_) {
    // Clients are told; sessions and wills stay for the next start.
    mqtt_->broker().shut_down(clock_.now());
    commit();
    for (Listener* port : ports()) port->close();
    std::error_code ignored;
    std::filesystem::remove(options.data / "addresses.json", ignored);
    timer_.reset();
    signals_.cancel();
    loop.context().restart();
    loop.context().run_for(farewell);
  }
  return problem_;
}

Endpoint::Endpoint(EndpointOptions options, Log log)
    : parts_{std::make_unique<Parts>(std::move(options), std::move(log))} {}
Endpoint::~Endpoint() = default;

std::string Endpoint::start() { return parts_->start(); }
const Addresses& Endpoint::addresses() const { return parts_->addresses; }
const EndpointOptions& Endpoint::options() const { return parts_->options; }
std::string Endpoint::host() const { return hosts_of(parts_->options).front(); }
std::uint64_t Endpoint::replayed() const { return parts_->replayed; }
void Endpoint::heed_signals() { parts_->heed_signals(); }
std::string Endpoint::run() { return parts_->run(); }
void Endpoint::stop() {
  asio::post(parts_->loop.context(), [this] { parts_->loop.context().stop(); });
}

}  // namespace cartstorm::broker::net
