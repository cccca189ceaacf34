#include "examples/transfer.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>

#include "autograd/check.hpp"
#include "nn/train/interrupt.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

// One request, and what it adds to the part that is there.
class Transfer {
 public:
  Transfer(const RemoteFile& file, PartFile& part, nn::Progress& progress, int stall);
  Outcome run();

 private:
  static std::size_t on_data(char* data, std::size_t, std::size_t size, void* self);
  static int on_tick(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  template <class F>
  bool guarded(F&& f);
  template <class T>
  void set(CURLoption option, T value);
  void ask_for_the_rest();
  bool begin();
  bool too_long() const { return !file_.sha256.empty() && part_.size() > file_.size; }
  Outcome judge(CURLcode code);
  Outcome judge_status();
  [[noreturn]] void refuse(const std::string& why) const { fail("fetch", file_.url + ": " + why); }

  template <class T>
  T info(CURLINFO what) const;
  long status() const { return info<long>(CURLINFO_RESPONSE_CODE); }
  std::string header(const char* name) const;
  std::string tag() const;

  const RemoteFile& file_;
  PartFile& part_;
  nn::Progress& progress_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_;
  char message_[CURL_ERROR_SIZE] = "";
  bool begun_ = false, other_version_ = false;
  double total_ = 0;          // bytes of the whole file
  std::exception_ptr error_;  // thrown while libcurl called us
};

template <class T>
void Transfer::set(CURLoption option, T value) {
  if (curl_easy_setopt(curl_.get(), option, value) != CURLE_OK)
    fail("fetch", fmt::format("this libcurl does not know option {}", static_cast<int>(option)));
}

template <class T>
T Transfer::info(CURLINFO what) const {
  T value = {};
  curl_easy_getinfo(curl_.get(), what, &value);
  return value;
}

Transfer::Transfer(const RemoteFile& file, PartFile& part, nn::Progress& progress, int stall)
    : file_(file),
      part_(part),
      progress_(progress),
      curl_(curl_easy_init(), &curl_easy_cleanup),
      headers_(nullptr, &curl_slist_free_all) {
  set(CURLOPT_URL, file.url.c_str());
  set(CURLOPT_USERAGENT, "rewind");
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, 10L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(stall));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(stall));
  set(CURLOPT_ERRORBUFFER, message_);
  set(CURLOPT_WRITEFUNCTION, &on_data);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_tick);
  set(CURLOPT_XFERINFODATA, this);
  if (part.size() > 0 && !part.tag().empty()) ask_for_the_rest();
}

// A server that has another version by now, or that knows no ranges, sends the whole file.
void Transfer::ask_for_the_rest() {
  headers_.reset(curl_slist_append(nullptr, ("If-Range: " + part_.tag()).c_str()));
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_RANGE, fmt::format("{}-", part_.size()).c_str());
}

std::string Transfer::header(const char* name) const {
  curl_header* found = nullptr;
  return curl_easy_header(curl_.get(), name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : "";
}

// A weak ETag ("W/...") does not promise equal bytes.
std::string Transfer::tag() const {
  const std::string etag = header("ETag");
  return etag.empty() || etag.starts_with("W/") ? header("Last-Modified") : etag;
}

// The headers are there, the body comes. False: it is no continuation of what we have.
bool Transfer::begin() {
  begun_ = true;
  if (status() != 206) {
    part_.restart(tag());
  } else {
    const bool fits = header("Content-Range").starts_with(fmt::format("bytes {}-", part_.size()));
    other_version_ = !fits || (!tag().empty() && tag() != part_.tag());
  }
  const auto length = info<curl_off_t>(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  total_ =
      length < 0 ? static_cast<double>(file_.size) : static_cast<double>(part_.size()) + static_cast<double>(length);
  return !other_version_;
}

// libcurl is C: what is thrown waits until it has returned.
template <class F>
bool Transfer::guarded(F&& f) {
  try {
    return f();
  } catch (...) {
    error_ = std::current_exception();
    return false;
  }
}

std::size_t Transfer::on_data(char* data, std::size_t, std::size_t size, void* self) {
  Transfer& t = *static_cast<Transfer*>(self);
  const bool go_on = t.guarded([&] {
    if (!t.begun_ && !t.begin()) return false;
    t.part_.append({data, size});
    return !t.too_long();
  });
  return go_on ? size : CURL_WRITEFUNC_ERROR;
}

int Transfer::on_tick(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  Transfer& t = *static_cast<Transfer*>(self);
  const bool go_on = t.guarded([&] {
    const auto speed = static_cast<double>(t.info<curl_off_t>(CURLINFO_SPEED_DOWNLOAD_T));
    if (t.begun_) t.progress_.update(static_cast<double>(t.part_.size()) / std::max(t.total_, 1.), speed / 1e3);
    return !nn::Interrupt::requested();
  });
  return go_on ? 0 : 1;
}

Outcome Transfer::run() {
  const CURLcode code = curl_easy_perform(curl_.get());
  if (error_) std::rethrow_exception(error_);
  if (code == CURLE_OK && !begun_) begin();  // no body
  if (too_long()) return {Outcome::wrong, fmt::format("the server sends more than the {} bytes expected", file_.size)};
  if (!other_version_) return judge(code);
  part_.restart("");
  return {Outcome::again, "the server has another version by now"};
}

Outcome Transfer::judge(CURLcode code) {
  const bool length_known = info<curl_off_t>(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T) >= 0;
  const std::string reason = *message_ != '\0' ? message_ : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OK:
      if (length_known || file_.sha256.empty() || part_.size() >= file_.size) return {Outcome::complete};
      return {Outcome::again, fmt::format("the connection was closed after {} of {} bytes", part_.size(), file_.size)};
    case CURLE_ABORTED_BY_CALLBACK:
      return {Outcome::interrupted};
    case CURLE_HTTP_RETURNED_ERROR:
      return judge_status();
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_PEER_FAILED_VERIFICATION:
      refuse(reason + ": name another address with --from");
    default:
      return {Outcome::again, reason};
  }
}

Outcome Transfer::judge_status() {
  constexpr long request_timeout = 408, range_not_satisfiable = 416, too_many_requests = 429;
  const std::string reason = fmt::format("the server answers {}", status());
  if (status() >= 500 || status() == request_timeout || status() == too_many_requests) return {Outcome::again, reason};
  if (status() != range_not_satisfiable || !headers_) refuse(reason + ": name another address with --from");
  if (header("Content-Range") == fmt::format("bytes */{}", part_.size())) return {Outcome::complete};  // we had it all
  part_.restart("");
  return {Outcome::again, reason};
}

}  // namespace

Outcome transfer(const RemoteFile& file, PartFile& part, nn::Progress& progress, int stall) {
  return Transfer(file, part, progress, stall).run();
}

}  // namespace rw::inline REWIND_ABI::examples
