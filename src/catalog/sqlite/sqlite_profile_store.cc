#include "catalog/sqlite/sqlite_profile_store.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "catalog/sqlite/database.h"

namespace anireco {
namespace {

/// "AniP", marks the file as ours.
constexpr int kProfilesId = 0x416E6950;
constexpr int kProfilesVersion = 1;
constexpr const char* kSchema = R"sql(
  CREATE TABLE profile (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    updated TEXT NOT NULL,
    revision INTEGER NOT NULL
  );
  CREATE TABLE entry (
    profile INTEGER NOT NULL REFERENCES profile ON DELETE CASCADE,
    place INTEGER NOT NULL,
    mal INTEGER NOT NULL,
    anilist INTEGER NOT NULL,
    kitsu INTEGER NOT NULL,
    anidb INTEGER NOT NULL,
    shikimori INTEGER NOT NULL,
    imdb TEXT NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    score INTEGER NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (profile, place)
  ) WITHOUT ROWID;
  CREATE TABLE last_revision (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL);
  INSERT INTO last_revision VALUES (1, 0);
)sql";

/// Profiles that stay in memory, entries and all.
constexpr std::size_t kRemembered = 64;

const std::filesystem::path& with_profile_folder(const std::filesystem::path& path) {
  if (path.has_parent_path()) make_folders(path.parent_path());
  return path;
}

void prepare_file(Database& database) {
  Transaction transaction(database);
  const std::int64_t version = database.number("PRAGMA user_version");
  const bool empty = database.number("SELECT COUNT(*) FROM sqlite_schema") == 0;
  if (!empty && database.number("PRAGMA application_id") != kProfilesId) {
    throw Error(ErrorKind::invalid_argument, "profiles.sqlite belongs to another program");
  }
  if (version > kProfilesVersion) {
    throw Error(ErrorKind::invalid_argument,
                "profiles.sqlite was written by a newer version of this program; update the "
                "program");
  }
  if (empty) {
    database.execute(kSchema);
    database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                 kProfilesId, kProfilesVersion));
  }
  transaction.commit();
}

std::uint32_t checked_id(std::int64_t value) {
  if (value < 0 || value > 0xFFFFFFFF) {
    throw Error(ErrorKind::corrupt, "a stored profile has an impossible id");
  }
  return static_cast<std::uint32_t>(value);
}

ListEntry read_entry(const Statement& row) {
  ListEntry entry;
  entry.ids = {.mal = checked_id(row.integer(0)),
               .anilist = checked_id(row.integer(1)),
               .kitsu = checked_id(row.integer(2)),
               .anidb = checked_id(row.integer(3)),
               .shikimori = checked_id(row.integer(4)),
               .imdb = std::string(row.text(5))};
  entry.title = row.text(6);
  entry.status = exact_list_status(row.text(7)).value_or(ListStatus::none);
  entry.score = static_cast<std::uint8_t>(std::clamp<std::int64_t>(row.integer(8), 0, 10));
  entry.mark = exact_list_mark(row.text(9)).value_or(ListMark::none);
  return entry;
}

}  // namespace

struct SqliteProfileStore::State {
  explicit State(const std::filesystem::path& path) : database(with_profile_folder(path)) {
    prepare_file(database);
  }

  mutable std::mutex mutex;
  Database database;
  std::map<std::string, std::shared_ptr<const Profile>, std::less<>> remembered;

  struct Row {
    std::int64_t number = 0;
    std::string updated;
    std::uint64_t revision = 0;
  };
  std::optional<Row> find(std::string_view name) {
    Statement statement =
        database.prepare("SELECT number, updated, revision FROM profile WHERE name = ?");
    statement.bind(name);
    if (!statement.step()) return std::nullopt;
    return Row{statement.integer(0), std::string(statement.text(1)),
               static_cast<std::uint64_t>(statement.integer(2))};
  }

  std::vector<ListEntry> read_entries(std::int64_t number) {
    Statement rows = database.prepare(
        "SELECT mal, anilist, kitsu, anidb, shikimori, imdb, title, status, score, mark "
        "FROM entry WHERE profile = ? ORDER BY place");
    rows.bind(number);
    std::vector<ListEntry> entries;
    while (rows.step()) entries.push_back(read_entry(rows));
    return entries;
  }

  std::shared_ptr<const Profile> load(std::string_view name) {
    // One read transaction, or another process could change the entries after the revision.
    database.execute("BEGIN");
    std::shared_ptr<const Profile> profile;
    try {
      profile = load_in_transaction(name);
    } catch (...) {
      database.execute("ROLLBACK");
      throw;
    }
    database.execute("COMMIT");
    return profile;
  }

  std::shared_ptr<const Profile> load_in_transaction(std::string_view name) {
    const std::optional<Row> row = find(name);
    const auto known = remembered.find(name);
    if (!row) {
      if (known != remembered.end()) remembered.erase(known);
      return nullptr;
    }
    if (known != remembered.end() && known->second->revision == row->revision) {
      return known->second;
    }
    auto profile = std::make_shared<const Profile>(
        Profile{std::string(name), row->updated, row->revision, read_entries(row->number)});
    remember(profile);
    return profile;
  }

  void remember(const std::shared_ptr<const Profile>& profile) {
    if (remembered.size() >= kRemembered && !remembered.contains(profile->name)) {
      remembered.erase(remembered.begin());
    }
    remembered[profile->name] = profile;
  }

  /// Writes the rows that differ, each at its place.
  void write_entries(std::int64_t number, const std::vector<ListEntry>& before,
                     const std::vector<ListEntry>& after) {
    Statement cut = database.prepare("DELETE FROM entry WHERE profile = ? AND place >= ?");
    cut.bind(number).bind(static_cast<std::int64_t>(after.size())).run();
    Statement put = database.prepare(
        "INSERT OR REPLACE INTO entry (profile, place, mal, anilist, kitsu, anidb, shikimori, "
        "imdb, title, status, score, mark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (std::size_t n = 0; n < after.size(); ++n) {
      if (n < before.size() && before[n] == after[n]) continue;
      const ListEntry& e = after[n];
      put.bind(number).bind(static_cast<std::int64_t>(n));
      for (const std::uint32_t id :
           {e.ids.mal, e.ids.anilist, e.ids.kitsu, e.ids.anidb, e.ids.shikimori}) {
        put.bind(static_cast<std::int64_t>(id));
      }
      put.bind(std::string_view(e.ids.imdb)).bind(std::string_view(e.title));
      put.bind(to_string(e.status)).bind(std::int64_t{e.score}).bind(to_string(e.mark));
      put.run();
    }
  }
};

SqliteProfileStore::SqliteProfileStore(const std::filesystem::path& path)
    : state_(std::make_unique<State>(path)) {}
SqliteProfileStore::~SqliteProfileStore() = default;

std::vector<ProfileOutline> SqliteProfileStore::outlines() const {
  const std::lock_guard lock(state_->mutex);
  Statement rows = state_->database.prepare(
      "SELECT name, updated, (SELECT COUNT(*) FROM entry WHERE profile = number) FROM profile "
      "ORDER BY name");
  std::vector<ProfileOutline> all;
  while (rows.step()) {
    all.push_back({std::string(rows.text(0)), std::string(rows.text(1)),
                   static_cast<std::size_t>(rows.integer(2))});
  }
  return all;
}

std::shared_ptr<const Profile> SqliteProfileStore::load(std::string_view name) const {
  const std::lock_guard lock(state_->mutex);
  return state_->load(name);
}

std::shared_ptr<const Profile> SqliteProfileStore::change(std::string_view name, const Edit& edit) {
  const std::lock_guard lock(state_->mutex);
  Database& database = state_->database;
  Transaction transaction(database);
  const std::shared_ptr<const Profile> old = state_->load_in_transaction(name);
  auto next = std::make_shared<Profile>();
  next->name = name;
  if (old) next->entries = old->entries;
  edit(next->entries);
  const auto profiles = static_cast<std::size_t>(database.number("SELECT COUNT(*) FROM profile"));
  check_profile_size(next->entries.size(), profiles - (old ? 1 : 0));
  next->updated = profile_time_now();
  database.execute("UPDATE last_revision SET revision = revision + 1");
  next->revision =
      static_cast<std::uint64_t>(database.number("SELECT revision FROM last_revision"));
  Statement put = database.prepare(
      "INSERT INTO profile (name, updated, revision) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "
      "SET updated = excluded.updated, revision = excluded.revision");
  put.bind(name).bind(std::string_view(next->updated));
  put.bind(static_cast<std::int64_t>(next->revision)).run();
  const std::vector<ListEntry> none;
  state_->write_entries(state_->find(name)->number, old ? old->entries : none, next->entries);
  transaction.commit();
  state_->remember(next);
  return next;
}

bool SqliteProfileStore::erase(std::string_view name) {
  const std::lock_guard lock(state_->mutex);
  Database& database = state_->database;
  Transaction transaction(database);
  const auto row = state_->find(name);
  if (row) {
    Statement statement = database.prepare("DELETE FROM profile WHERE number = ?");
    statement.bind(row->number).run();
  }
  transaction.commit();
  if (const auto known = state_->remembered.find(name); known != state_->remembered.end()) {
    state_->remembered.erase(known);
  }
  return row.has_value();
}

}  // namespace anireco
