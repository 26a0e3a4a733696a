import Foundation
import Testing

/// A library that is loaded before the C library, and whose calls fail on request.
enum FaultySystem {
  /// The path of the compiled library, or nil if it cannot be compiled.
  static let library: String? = {
    #if os(Linux)
    let base = BuiltTool.folder.appending(path: "command-tests-faults").path
    guard (try? Data(source.utf8).write(to: URL(filePath: base + ".c"))) != nil else { return nil }
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments = ["cc", "-shared", "-fPIC", "-o", base + ".so", base + ".c", "-ldl"]
    compiler.standardError = FileHandle.nullDevice
    guard (try? compiler.run()) != nil else { return nil }
    compiler.waitUntilExit()
    return compiler.terminationStatus == 0 ? base + ".so" : nil
    #else
    return nil
    #endif
  }()

  /// A call; renaming fails with `EEXIST` only if the target exists.
  enum Call: String {
    case rename = "FAIL_RENAME"
    case flush = "FAIL_FSYNC"
    case createThread = "FAIL_THREADS"
  }

  /// Returns the environment of a tool whose calls fail.
  ///
  /// - Parameter log: A file that gets a line for each path that is flushed or is the target of a rename.
  static func environment(_ faults: [Call: Int32], log: String? = nil) -> [String: String] {
    var environment = faults.reduce(into: ["LD_PRELOAD": library ?? ""]) { $0[$1.key.rawValue] = String($1.value) }
    environment["FAULT_LOG"] = log
    return environment
  }

  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <pthread.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <sys/stat.h>
    #include <unistd.h>
    #define NEXT(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

    static int fault(const char *name) { return getenv(name) ? atoi(getenv(name)) : 0; }

    static void note(const char *call, const char *path) {
      FILE *log = getenv("FAULT_LOG") ? fopen(getenv("FAULT_LOG"), "a") : NULL;
      if (log) { fprintf(log, "%s %s\\n", call, path); fclose(log); }
    }

    int rename(const char *path, const char *target) {
      struct stat status;
      int error = fault("FAIL_RENAME");
      if (error && (error != EEXIST || stat(target, &status) == 0)) { errno = error; return -1; }
      note("rename", target);
      return NEXT(rename)(path, target);
    }

    int fsync(int file) {
      char link[64], path[4096] = "";
      snprintf(link, sizeof link, "/proc/self/fd/%d", file);
      if (readlink(link, path, sizeof path - 1) < 0) path[0] = 0;
      note("flush", path);
      errno = fault("FAIL_FSYNC");
      return errno ? -1 : NEXT(fsync)(file);
    }

    int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
      int error = fault("FAIL_THREADS");
      return error ? error : NEXT(pthread_create)(thread, attributes, body, argument);
    }
    """
}
