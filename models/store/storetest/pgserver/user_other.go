//go:build !unix

package pgserver

import (
	"errors"
	"syscall"
)

func serverUser(string) (*syscall.SysProcAttr, error) {
	return nil, errors.New("set GRASSROOTS_TEST_POSTGRES_URL: the tests cannot start Postgres on this system")
}
