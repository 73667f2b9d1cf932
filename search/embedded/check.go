package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"

	"grassroots/search"
)

// errDamaged means that a file of the index is not as it was written.
var errDamaged = errors.New("damaged index")

// guarded runs f and turns a panic into an error. The libraries below map files
// into memory and trust what they find there; a file that was cut short or
// scribbled on makes them panic, or touch memory that is not there.
func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %w: %v", search.ErrUnavailable, errDamaged, p)
		}
	}()
	return f()
}

// checkFiles reads all files of a generation before Bleve does: Bleve works on
// them in goroutines of its own, where nothing can catch a panic. When a file is
// missing, Bleve goes back to an older state of the index and says nothing, so
// every one that is mentioned has to be there.
func checkFiles(path string) error {
	store := filepath.Join(path, "store")
	segments := map[string]bool{}
	err := checkBolt(filepath.Join(store, "root.bolt"), func(value []byte) {
		if name := string(value); filepath.Ext(name) == ".zap" {
			segments[filepath.Join(store, filepath.Base(name))] = true
		}
	})
	if err != nil {
		return err
	}
	for s := range segments {
		if err := checkSegment(s); err != nil {
			return err
		}
	}
	return nil
}

// checkSegment compares a segment with the checksum at its end.
func checkSegment(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	length := info.Size() - crc32.Size
	if length <= 0 {
		return fmt.Errorf("%w: %s is empty", errDamaged, path)
	}
	sum := crc32.NewIEEE()
	if _, err := io.Copy(sum, io.LimitReader(f, length)); err != nil {
		return err
	}
	var want [crc32.Size]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return err
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return fmt.Errorf("%w: the checksum of %s is wrong", errDamaged, path)
	}
	return nil
}

// checkBolt walks through a bbolt file and shows its values to see.
func checkBolt(path string, see func(value []byte)) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return guarded(func() error {
		db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
		if err != nil {
			return err
		}
		defer db.Close()
		return db.View(func(tx *bolt.Tx) error {
			if tx.Size() > info.Size() {
				return fmt.Errorf("%w: %s is cut short", errDamaged, path)
			}
			return tx.ForEach(func(_ []byte, b *bolt.Bucket) error { return walkBucket(b, see) })
		})
	})
}

func walkBucket(b *bolt.Bucket, see func(value []byte)) error {
	return b.ForEach(func(k, v []byte) error {
		if v == nil {
			return walkBucket(b.Bucket(k), see)
		}
		see(v)
		return nil
	})
}
