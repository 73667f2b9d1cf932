//go:build !unix

package store

// fileLock does nothing where there is no flock: one process a file is the
// rule there.
type fileLock struct{}

func openFileLock(string) (*fileLock, error) { return &fileLock{}, nil }
func (l *fileLock) try() (bool, error)       { return true, nil }
func (l *fileLock) close()                   {}
