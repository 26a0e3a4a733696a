internal import SystemCalls

/// The way in which this process was started: alone, or as one of several by `mpirun`, `mpiexec` or `srun`.
public enum Launch {
  /// Whether this build can work together with other processes.
  public static var isSupported: Bool {
    #if MPI
    true
    #else
    false
    #endif
  }

  /// The number of processes that a launcher has started, as its environment says; 1 if there is none.
  public static var processCount: Int {
    guard hasLauncher else { return 1 }
    // Open MPI; MPICH and its relatives; Slurm with PMIx.
    let names = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"]
    return names.lazy.compactMap { ThisProcess.environment($0).flatMap { Int($0) } }.first ?? 1
  }

  /// A launcher gives each process an index, or a descriptor to ask for it.
  private static var hasLauncher: Bool {
    ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "PMI_FD"].contains { ThisProcess.environment($0) != nil }
  }

  /// Begins the communication with the other processes; a process alone if there are none.
  ///
  /// Without a launcher nothing of MPI is called, so that the program starts as fast as without it.
  public static func begin() -> any ProcessGroup {
    #if MPI
    if hasLauncher, let processes = MPIProcesses() { return processes }
    #endif
    return SingleProcess()
  }
}
