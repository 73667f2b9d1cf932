package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"

	"grassroots/app/casestudies"
	"grassroots/models"
	"grassroots/models/format"
	"grassroots/models/personal"
)

// markdownFiles are the case study files that an import was given.
type markdownFiles struct {
	list   []markdownFile
	doubts []string // places that may be personal data
}

// markdownFile is one of them. What it says is read again when it is imported,
// so that ten thousand need no more memory than one.
type markdownFile struct {
	name  string
	sum   [sha256.Size]byte // of its content when it was checked
	hasID bool
	made  string // id of the case study that it became
}

// findMarkdown finds the Markdown files of the paths, in the order of their
// names. Files and folders whose names begin with a full stop, README.md and
// links are passed over in folders. None is wrong use, unless something else is imported as well.
func findMarkdown(paths []string, orElse bool) (*markdownFiles, error) {
	var names []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", p, plainPath(err))
		}
		if !info.IsDir() {
			names = append(names, p)
			continue
		}
		// The full stop lets a link to a folder be walked, too.
		root := p + string(filepath.Separator) + "."
		err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return fmt.Errorf("%s cannot be read: %w", path, plainPath(err))
			}
			switch hidden := strings.HasPrefix(d.Name(), ".") && path != root; {
			case hidden && d.IsDir():
				return fs.SkipDir
			case !hidden && d.Type().IsRegular() && strings.EqualFold(filepath.Ext(path), format.Extension) && !strings.EqualFold(d.Name(), "README.md"):
				names = append(names, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(names) == 0 && (len(paths) > 0 || !orElse) {
		return nil, usagef("no Markdown file was found in %s", strings.Join(paths, ", "))
	}
	slices.Sort(names)
	files := &markdownFiles{}
	for _, name := range slices.Compact(names) {
		files.list = append(files.list, markdownFile{name: name})
	}
	return files, nil
}

// plainPath leaves out the path that an error of the file system names, which
// the sentence around it names already.
func plainPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// check reads every file and reports everything that is wrong with any.
func (m *markdownFiles) check(env *Env) error {
	bar := progress(env, "Checking", len(m.list))
	var problems problemList
	seen := map[string]string{}
	for i := range m.list {
		f := &m.list[i]
		src, err := readCaseStudy(f.name)
		if err != nil {
			return err
		}
		f.sum = sha256.Sum256(src)
		parsed, err := format.Parse(f.name, src, casestudies.CheckLists, personal.Rule(personal.Options{Demo: env.Demo}))
		switch first := seen[parsed.ID]; {
		case err != nil:
			problems = append(problems, err.Error())
		case parsed.ID == "":
		case first != "":
			problems = append(problems, fmt.Sprintf("%s:%d: the id %s is that of %s too", f.name, idLine(src), parsed.ID, first))
		default:
			seen[parsed.ID] = f.name
			f.hasID = true
		}
		if err == nil {
			m.doubts = append(m.doubts, doubtsIn(f.name, src, &parsed.Document, env.Demo)...)
		}
		_ = bar.Add(1) // a bar that cannot be drawn stops nothing
	}
	_ = bar.Finish()
	return problems.report(env)
}

// doubtsIn gives the places of a file that may be personal data, without what
// stands there.
func doubtsIn(name string, src []byte, d *models.Document, demo bool) (lines []string) {
	doubtful := func(d *models.Document) error {
		return personal.Doubtful(personal.Texts(*d), nil, personal.Options{Demo: demo})
	}
	if doubtful(d) == nil {
		return nil
	}
	_, err := format.Parse(name, src, doubtful)
	for _, p := range format.Problems(err) {
		lines = append(lines, p.String())
	}
	return lines
}

// readCaseStudy reads a file, or as much of one that is too large as shows it.
func readCaseStudy(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, plainPath(err))
	}
	defer file.Close()
	src, err := io.ReadAll(io.LimitReader(file, format.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, plainPath(err))
	}
	return src, nil
}

// read gives what a file says. It must say what it said when it was checked.
func (f *markdownFile) read() (format.File, error) {
	src, err := readCaseStudy(f.name)
	if err != nil {
		return format.File{}, err
	}
	if sha256.Sum256(src) != f.sum {
		return format.File{}, fmt.Errorf("%s was changed while it was imported; run the import again", f.name)
	}
	return format.Parse(f.name, src)
}

var (
	idKey     = regexp.MustCompile(`(?m)^id:.*$`)
	emptyID   = regexp.MustCompile(`(?m)^id:[ \t]*(~|null)?[ \t]*\r?\n`)
	formatKey = regexp.MustCompile(`(?m)^format:.*?(\r?\n)`)
)

// idLine is the line on which a file names its id, the first when it cannot be
// found.
func idLine(src []byte) int {
	at := idKey.FindIndex(src)
	if at == nil {
		return 1
	}
	return 1 + bytes.Count(src[:at[0]], []byte("\n"))
}

// addID writes the id of the case study that a file became into it, below the
// key format, and leaves everything else as it is.
func (f *markdownFile) addID() error {
	src, err := readCaseStudy(f.name)
	if err != nil {
		return err
	}
	if sha256.Sum256(src) != f.sum {
		return errors.New("it has been changed since")
	}
	src = emptyID.ReplaceAll(src, nil)
	at := formatKey.FindSubmatchIndex(src)
	if at == nil {
		return errors.New("its key format stands where no id can be written below it")
	}
	line := "id: " + f.made + string(src[at[2]:at[3]])
	src = slices.Insert(src, at[1], []byte(line)...)
	if parsed, err := format.Parse(f.name, src); err != nil || parsed.ID != f.made {
		return errors.New("write it there by hand")
	}
	info, err := os.Stat(f.name)
	if err != nil {
		return err
	}
	return os.WriteFile(f.name, src, info.Mode().Perm())
}

// progress draws a bar on a terminal, and nothing elsewhere.
func progress(env *Env, what string, n int) *progressbar.ProgressBar {
	if !isTerminal(env.Err) {
		return progressbar.DefaultSilent(int64(n))
	}
	return progressbar.NewOptions(n, progressbar.OptionSetWriter(env.Err), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
}
