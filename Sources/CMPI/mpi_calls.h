// The calls of MPI that the package uses, on all processes and on bytes. MPI's constants are macros with casts, or
// addresses of variables, which Swift cannot import.

#pragma once

#include <mpi.h>

// Returns whether MPI has begun. Only the calling thread may call the other functions.
static inline int mpi_begin(void) {
  int provided = 0;
  return MPI_Init_thread(0, 0, MPI_THREAD_FUNNELED, &provided) == MPI_SUCCESS;
}

static inline int mpi_process_index(void) {
  int index = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &index);
  return index;
}

static inline int mpi_process_count(void) {
  int count = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

enum { mpi_node_name_capacity = MPI_MAX_PROCESSOR_NAME + 1 };

static inline void mpi_get_node_name(char *name) {
  int length = 0;
  MPI_Get_processor_name(name, &length);
  name[length] = 0;
}

static inline void mpi_exchange(const void *sent, int sent_count, void *received, int received_count, int other) {
  MPI_Sendrecv(
      sent, sent_count, MPI_BYTE, other, 0, received, received_count, MPI_BYTE, other, 0, MPI_COMM_WORLD,
      MPI_STATUS_IGNORE);
}

static inline void mpi_gather(const void *own, int count, void *all) {
  MPI_Allgather(own, count, MPI_BYTE, all, count, MPI_BYTE, MPI_COMM_WORLD);
}

static inline void mpi_broadcast(void *bytes, int count, int source) {
  MPI_Bcast(bytes, count, MPI_BYTE, source, MPI_COMM_WORLD);
}

static inline void mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

static inline void mpi_end(void) { MPI_Finalize(); }
