package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// retouch changes a file of a bundle, and the list of checksums to fit.
func retouch(t *testing.T, dir, old, new string) {
	t.Helper()
	path := filepath.Join(dir, "case-studies", firstID, "case-study.md")
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	is := bytes.Replace(was, []byte(old), []byte(new), 1)
	if bytes.Equal(was, is) {
		t.Fatalf("%q is not in %s", old, was)
	}
	sums := filepath.Join(dir, "sha256sums.txt")
	list, err := os.ReadFile(sums)
	if err != nil {
		t.Fatal(err)
	}
	a, b := sha256.Sum256(was), sha256.Sum256(is)
	list = bytes.Replace(list, []byte(hex.EncodeToString(a[:])), []byte(hex.EncodeToString(b[:])), 1)
	for path, content := range map[string][]byte{path: is, sums: list} {
		if err := os.WriteFile(path, content, 0o640); err != nil {
			t.Fatal(err)
		}
	}
}

func TestASignedBundleSaysWhomItIsFrom(t *testing.T) {
	t.Parallel()
	from, to := newSite(t), newSite(t)
	from.does("1 created", "import", write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed twice.")}))
	_, key, _ := from.run("exchange", "key")
	key = strings.TrimSpace(key)
	dir := t.TempDir()
	plain, folder, packed := filepath.Join(dir, "plain"), filepath.Join(dir, "signed"), filepath.Join(dir, "signed.zip")
	from.does("plain: 1 case study", "export", plain)
	from.does("signed: 1 case study", "export", "--signed", folder)
	from.does("signed.zip: 1 case study", "export", "--signed", packed)

	refuses := func(want string, arguments ...string) {
		t.Helper()
		if code, out, errOut := to.run(arguments...); code != exitFailed || !strings.Contains(errOut, want) {
			t.Errorf("%q: exit %d, out %q, err %q; wanted %q", arguments, code, out, errOut, want)
		}
	}
	refuses("is signed with the key "+key+", which is not known here", "import", folder)
	refuses("is not signed, and --key asks for one that is", "import", "--key", key, plain)
	refuses("--key asks for another", "import", "--key", "another", folder)
	if n := to.rows("case_studies"); n != 0 {
		t.Fatalf("%d case studies came", n)
	}
	to.does("signed by the key "+key+", and as it was signed", "import", "--dry-run", "--key", key, packed)
	to.does("signed by the key "+key+", and as it was signed", "import", "--key", key, folder)
	from.does("signed by this instance", "import", folder)
	to.does("0 created, 0 updated, 1 unchanged", "import", plain)

	retouch(t, folder, "typed twice", "typed never")
	refuses("its list of checksums is not the one that was signed", "import", "--key", key, folder)
	// A folder that was signed is not any more when it is exported without.
	from.does("signed: 1 case study", "export", folder)
	if _, err := os.Stat(filepath.Join(folder, "signature.jws")); !os.IsNotExist(err) {
		t.Errorf("the signature is still there: %v", err)
	}
	for _, name := range []string{"sha256sums.txt", "bundle.json"} {
		a, errA := os.ReadFile(filepath.Join(folder, name))
		b, errB := os.ReadFile(filepath.Join(plain, name))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs: %v, %v", name, errA, errB)
		}
	}
	from.does("signed: 1 case study", "export", "--signed", folder)
	signature := filepath.Join(folder, "signature.jws")
	token, err := os.ReadFile(signature)
	if err != nil {
		t.Fatal(err)
	}
	token[len(token)/2] ^= 1
	if err := os.WriteFile(signature, token, 0o640); err != nil {
		t.Fatal(err)
	}
	refuses("was changed since it was signed", "import", "--key", key, folder)
}
