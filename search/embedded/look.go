package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"grassroots/search"
)

// ErrNone means that no index has been made in a folder yet.
var ErrNone = fmt.Errorf("%w: there is no search index yet", search.ErrUnavailable)

// Look says of the index in a folder what Open would, and changes nothing: it
// makes no folder and mends no damage. ErrNone says that there is no index,
// ErrLocked that another process has it open.
func Look(dir string) (needsRebuild bool, err error) {
	path := filepath.Join(dir, stateFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return false, ErrNone
	}
	var now state
	err = guarded(func() error {
		db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
		if errors.Is(err, bolterrors.ErrTimeout) {
			return ErrLocked
		}
		if err != nil {
			return err
		}
		defer db.Close()
		return db.View(func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(stateBucket))
			if b == nil {
				return errDamaged
			}
			now = state{layout: string(b.Get([]byte(stateLayout))), filled: string(b.Get([]byte(stateFilled))) == "true"}
			now.generation, err = strconv.Atoi(string(b.Get([]byte(stateGeneration))))
			return err
		})
	})
	if errors.Is(err, ErrLocked) || errors.Is(err, fs.ErrPermission) {
		return false, err
	}
	if err != nil || now.layout != layout || !now.filled {
		return true, nil
	}
	return checkFiles(folder(dir, now.generation)) != nil, nil
}
