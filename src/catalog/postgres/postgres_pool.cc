#include "catalog/postgres/postgres_pool.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <pqxx/transaction>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "catalog/postgres/postgres_connection.h"
#include "catalog/postgres/postgres_error.h"
#include "catalog/postgres/socket_watch.h"

namespace anireco {
namespace {

using Clock = std::chrono::steady_clock;
using ReadTransaction = pqxx::transaction<pqxx::repeatable_read, pqxx::readwrite_policy::read_only>;
using WriteTransaction = pqxx::transaction<pqxx::read_committed>;

/// After a failed attempt to connect nobody tries again for this long.
constexpr auto kPause = std::chrono::milliseconds(500);
constexpr std::uint64_t kNoEpoch = ~std::uint64_t{0};

void check(const PostgresOptions& options) {
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw Error(ErrorKind::invalid_argument, what);
  };
  require(options.connections >= 1, "connections to the database: at least 1");
  require(options.connect_timeout.count() >= 2, "time to connect to the database: at least 2 s");
  require(options.statement_limit.count() > 0, "time limit of a statement: above 0");
  require(options.work_limit.count() >= 0, "time limit of a transaction: not below 0");
}

}  // namespace

struct PostgresPool::State {
  struct Connection {
    std::unique_ptr<pqxx::connection> session = {};
    std::uint64_t epoch = 0;  ///< Of the pool when it was opened.
  };

  /// How far a transaction came.
  struct Progress {
    bool committing = false;
    bool cut = false;  ///< By work_limit.
  };

  /// A connection on loan.
  class Lease {
   public:
    Lease(State& state, Connection connection)
        : state_(state), connection_(std::move(connection)) {}
    ~Lease() { state_.put_back(std::move(connection_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    pqxx::connection& operator*() const { return *connection_.session; }
    void keep_from_others() { connection_.epoch = kNoEpoch; }

   private:
    State& state_;
    Connection connection_;
  };

  explicit State(PostgresOptions settings)
      : options(std::move(settings)), address(connection_string(options)) {
    if (options.work_limit.count() > 0) watch.emplace();
  }

  Lease take() { return {*this, take_connection()}; }

  Connection take_connection() {
    std::unique_lock lock(mutex);
    const auto give_up = Clock::now() + options.wait;
    while (idle.empty() && open >= options.connections) {
      if (freed.wait_until(lock, give_up) == std::cv_status::timeout && idle.empty() &&
          open >= options.connections) {
        throw Error(ErrorKind::unavailable, "all connections to the database are busy; try again");
      }
    }
    if (!idle.empty()) {
      Connection connection = std::move(idle.back());
      idle.pop_back();
      return connection;
    }
    if (failing && (connecting || Clock::now() < retry_at)) {
      throw ConnectionLost("it could not be reached a moment ago");
    }
    connecting = true;
    ++open;
    Connection connection{.epoch = epoch};
    lock.unlock();
    try {
      connection.session = connect_postgres(address);
    } catch (const Error&) {
      connected(false);
      throw;
    }
    connected(true);
    return connection;
  }

  void connected(bool succeeded) {
    const std::lock_guard guard(mutex);
    connecting = false;
    failing = !succeeded;
    if (succeeded) return;
    retry_at = Clock::now() + kPause;
    --open;
    freed.notify_one();
  }

  void put_back(Connection connection) {
    const bool usable = connection.session->is_open();
    const std::lock_guard guard(mutex);
    if (usable && connection.epoch == epoch) {
      idle.push_back(std::move(connection));
    } else {
      --open;
    }
    freed.notify_one();
  }

  /// The server went: what idles was connected to it too.
  void forget_idle() {
    const std::lock_guard guard(mutex);
    ++epoch;
    open -= idle.size();
    idle.clear();
    freed.notify_all();
  }

  template <typename Transaction>
  void run(const Work& work, bool write) {
    for (int attempt = 0;; ++attempt) {
      Progress progress;
      try {
        Lease lease = take();
        run_once<Transaction>(lease, work, progress);
        return;
      } catch (const ConnectionLost& error) {
        if (write && progress.committing) {
          throw Error(ErrorKind::unavailable,
                      "the database broke off; it is not known whether the last change was stored",
                      error.context());
        }
        if (progress.cut) {
          throw Error(ErrorKind::unavailable, "the database took longer than its time limit",
                      error.context());
        }
        if (attempt > 0) throw;
        log_debug("connecting to the database again: {}", error.context());
      }
    }
  }

  template <typename Transaction>
  void run_once(Lease& lease, const Work& work, Progress& progress) {
    pqxx::connection& session = *lease;
    std::optional<SocketWatch::Lease> watched;
    if (watch) watched.emplace(*watch, session.sock(), options.work_limit);
    try {
      Transaction transaction(session);
      work(transaction);
      progress.committing = true;
      transaction.commit();
    } catch (...) {
      progress.cut = watched && watched->end();
      if (progress.cut) lease.keep_from_others();
      try {
        rethrow_postgres_error(session.is_open() && !progress.cut);
      } catch (const ConnectionLost&) {
        if (!progress.cut) forget_idle();
        throw;
      }
    }
    if (watched && watched->end()) lease.keep_from_others();
  }

  PostgresOptions options;
  std::string address;
  std::optional<SocketWatch> watch;
  std::mutex mutex;
  std::condition_variable freed;
  std::vector<Connection> idle;
  std::size_t open = 0;  ///< Idle, on loan and being opened.
  std::uint64_t epoch = 0;
  bool failing = false;
  bool connecting = false;
  Clock::time_point retry_at = {};
};

PostgresPool::PostgresPool(PostgresOptions options) {
  check(options);
  state_ = std::make_unique<State>(std::move(options));
}

PostgresPool::~PostgresPool() = default;

void PostgresPool::read(const Work& work) { state_->run<ReadTransaction>(work, false); }

void PostgresPool::write(const Work& work) { state_->run<WriteTransaction>(work, true); }

const PostgresOptions& PostgresPool::options() const { return state_->options; }

}  // namespace anireco
