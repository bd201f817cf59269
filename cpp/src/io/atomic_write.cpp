#include "io/atomic_write.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "io/posix.hpp"

namespace lamina {
namespace {

// A temporary file is called ".lamina-0123456789abcdef.tmp", whatever the final name is: a name
// made from that could be too long and could be guessed.
constexpr std::string_view prefix = ".lamina-", suffix = ".tmp";
constexpr std::size_t random_digits = 16;

std::string random_name() {
  std::uint64_t number = 0;
  if (getentropy(&number, sizeof number) != 0) {
    fail(ErrorKind::io, "the system gave no random number: ", std::strerror(errno));
  }
  char digits[random_digits + 1];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return std::string(prefix) + digits + std::string(suffix);
}

bool is_temporary_name(std::string_view name) {
  return name.size() == prefix.size() + random_digits + suffix.size() && name.starts_with(prefix) &&
         name.ends_with(suffix) &&
         name.substr(prefix.size(), random_digits).find_first_not_of("0123456789abcdef") ==
             std::string_view::npos;
}

// A living saver holds a lock on its temporary file; the system drops it when the process ends, in
// whatever way. So a temporary file that can be locked is left over. Where locks do not work, none
// can be locked and none is removed.
void remove_left_temporaries(const std::filesystem::path& folder) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (!is_temporary_name(it->path().filename().native())) continue;
    const Descriptor file(
        open(it->path().c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    struct stat status{};
    if (file.is_open() && fstat(file.number, &status) == 0 && S_ISREG(status.st_mode) &&
        flock(file.number, LOCK_EX | LOCK_NB) == 0) {
      unlink(it->path().c_str());
    }
  }
}

struct Temporary {
  std::string path;
  Descriptor file;
  ~Temporary() {
    if (!path.empty()) unlink(path.c_str());
  }
};

// Creates a temporary file that is locked.
void create(Temporary& temporary, const std::filesystem::path& folder, mode_t mode,
            const std::string& given) {
  constexpr int most_attempts = 100;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const std::string path = (folder / random_name()).native();
    Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!file.is_open()) {
      if (errno == EEXIST) continue;
      io_error("write", given, errno);
    }
    temporary.path = path;
    temporary.file = std::move(file);
    // Before it was locked, another saver may have taken it for one left over.
    struct stat status{};
    const bool taken = flock(temporary.file.number, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!taken && fstat(temporary.file.number, &status) == 0 && status.st_nlink > 0) return;
  }
  fail(ErrorKind::io, "cannot write '", given, "': its folder is being emptied by another program");
}

void write_all(int file, std::string_view content, const std::string& given) {
  while (!content.empty()) {
    const ssize_t count = write(file, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) io_error("write", given, errno);
    content.remove_prefix(static_cast<std::size_t>(count));
  }
}

void sync(int file, const std::string& given) {
#if defined(F_FULLFSYNC)  // macOS, whose fsync leaves the data in the drive's own cache
  if (fcntl(file, F_FULLFSYNC) == 0) return;
#endif
  while (fsync(file) != 0) {
    if (errno != EINTR) io_error("write", given, errno);
  }
}

// The name's change too must reach the disk. Not all file systems let a folder be opened or synced.
void sync_folder(const std::filesystem::path& folder, const std::string& given) {
  const Descriptor file(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.is_open() && fsync(file.number) != 0 && errno == EIO) io_error("write", given, errno);
}

void write_in_place(const std::string& path, std::string_view content) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) io_error("write", path, errno);
  write_all(file.number, content, path);
}

// The target of the symbolic links at `path`, if there are any.
std::filesystem::path behind_links(const std::string& given) {
  constexpr int most_links = 40;  // Linux' own limit
  std::filesystem::path path(given);
  std::error_code error;
  for (int links = 0; std::filesystem::is_symlink(std::filesystem::symlink_status(path, error));
       ++links) {
    if (links == most_links) io_error("write", given, ELOOP);
    const std::filesystem::path target = std::filesystem::read_symlink(path, error);
    if (error) io_error("write", given, error.value());
    path = path.parent_path() / target;
  }
  return path;
}

void keep_owner_and_permissions(int file, const struct stat& old) {
  struct stat made{};
  if (fstat(file, &made) == 0 && (made.st_uid != old.st_uid || made.st_gid != old.st_gid) &&
      fchown(file, old.st_uid, old.st_gid) != 0) {
    // Only root may change the owner; keeping the group may still work.
    [[maybe_unused]] const int kept = fchown(file, static_cast<uid_t>(-1), old.st_gid);
  }
  [[maybe_unused]] const int kept = fchmod(file, old.st_mode & 07777);
}

}  // namespace

void write_file_atomically(const std::string& given, std::string_view content) {
  refuse_nul(given);
  struct stat old{};
  const bool exists = stat(given.c_str(), &old) == 0;
  if (!exists && errno != ENOENT) io_error("write", given, errno);
  if (exists && S_ISDIR(old.st_mode)) io_error("write", given, EISDIR);
  if (exists && !S_ISREG(old.st_mode)) return write_in_place(given, content);
  // A rename asks for no permission to write the file, and none to follow a link: ask for it here.
  if (const Descriptor file(open(given.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
      !file.is_open() && errno != ENOENT) {
    io_error("write", given, errno);
  }
  if (exists && (old.st_mode & 0222) == 0) {  // which root could write all the same
    fail(ErrorKind::io, "cannot write '", given,
         "': the file is read-only; make it writable, or save under another name");
  }
  const std::filesystem::path path = behind_links(given);
  if (path.filename().empty()) io_error("write", given, given.empty() ? ENOENT : EISDIR);
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";

  remove_left_temporaries(folder);
  Temporary temporary;
  // The new file must not be readable by more users than the old one.
  create(temporary, folder, exists ? 0600 : 0666, given);
  write_all(temporary.file.number, content, given);
  if (exists) keep_owner_and_permissions(temporary.file.number, old);
  sync(temporary.file.number, given);
  if (rename(temporary.path.c_str(), path.c_str()) != 0) io_error("write", given, errno);
  temporary.path.clear();
  sync_folder(folder, given);
}

}  // namespace lamina
