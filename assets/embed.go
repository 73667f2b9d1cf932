// Package assets carries the style sheet, the script and the icon inside the program. They are built by npm into dist,
// which is not in version control; Load says so when it has not been done.
package assets

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"
)

// dist is what `npm run build` wrote. The folder always has a .gitkeep, so the program compiles before it is built.
//
//go:embed all:dist
var dist embed.FS

// prefix is where the assets are served.
const prefix = "/assets/"

// ErrNotBuilt is returned by Load when the assets have not been built.
var ErrNotBuilt = errors.New("the style sheet and scripts have not been built: run `make assets`, then build again")

// File is one asset with its compressed forms, which are empty where they would not be smaller.
type File struct {
	Body, Gzip, Brotli []byte
	ContentType, ETag  string
}

// Assets are the built files, by the name that pages use and by the address they are served at. It is never changed
// after Load, so it can be shared.
type Assets struct {
	urls  map[string]string
	files map[string]File
}

// Load reads the embedded files. It returns ErrNotBuilt when there are none.
func Load() (*Assets, error) {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("read the embedded assets: %w", err)
	}
	return load(built)
}

// load reads the files that the manifest of fsys names.
func load(fsys fs.FS) (*Assets, error) {
	text, err := fs.ReadFile(fsys, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, fmt.Errorf("read the assets manifest: %w", err)
	}
	var manifest map[string]string
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, fmt.Errorf("read the assets manifest: %w; run `make assets`", err)
	}
	a := &Assets{urls: make(map[string]string, len(manifest)), files: make(map[string]File, len(manifest))}
	for name, hashed := range manifest {
		file, err := read(fsys, hashed)
		if err != nil {
			return nil, fmt.Errorf("asset %s: %w; run `make assets`", name, err)
		}
		a.urls[name] = prefix + hashed
		a.files[hashed] = file
	}
	return a, nil
}

// read reads one file and its compressed forms.
func read(fsys fs.FS, name string) (File, error) {
	body, err := fs.ReadFile(fsys, name)
	if err != nil {
		return File{}, err
	}
	f := File{Body: body, ContentType: contentType(name), ETag: `"` + strings.TrimSuffix(name, path.Ext(name)) + `"`}
	for suffix, into := range map[string]*[]byte{".gz": &f.Gzip, ".br": &f.Brotli} {
		packed, err := fs.ReadFile(fsys, name+suffix)
		if err != nil {
			return File{}, err
		}
		if len(packed) < len(body) {
			*into = packed
		}
	}
	return f, nil
}

// contentType is the type of a file by its name. The few that are built are named here, because the table of the
// system that the program happens to run on may lack them.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return cmp.Or(mime.TypeByExtension(path.Ext(name)), "application/octet-stream")
}

// URL is the address of an asset by the name it was built from, such as app.css. A name that is not known is given back
// under the same folder, so that a page still renders and the missing file shows as a 404.
func (a *Assets) URL(name string) string {
	if url, ok := a.urls[name]; ok {
		return url
	}
	return prefix + name
}

// Lookup finds an asset by its hashed name, with or without the folder it is served from. What is found never changes
// under its name and can be cached for good.
func (a *Assets) Lookup(path string) (File, bool) {
	f, ok := a.files[strings.TrimPrefix(path, prefix)]
	return f, ok
}
