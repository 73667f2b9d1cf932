package uploads

import "syscall"

// limitReader holds this program to an amount of memory of its own, in bytes,
// and to seconds of a processor's time; more ends it.
func limitReader(memory, seconds uint64) error {
	// Since Linux 4.7 RLIMIT_DATA is all private writable memory: getrlimit(2).
	if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: memory, Max: memory}); err != nil {
		return err
	}
	return syscall.Setrlimit(syscall.RLIMIT_CPU, &syscall.Rlimit{Cur: seconds, Max: seconds})
}
