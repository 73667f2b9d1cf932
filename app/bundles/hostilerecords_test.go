package bundles_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"regexp"
	"strings"
	"testing"

	"grassroots/models/bundle"
)

// sampleWithText is a PNG with a note in it.
func sampleWithText(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	note := []byte("tEXtComment\x00Ward 7, Jo Bloggs")
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(note)-4))
	chunk = binary.BigEndian.AppendUint32(append(chunk, note...), crc32.ChecksumIEEE(note))
	const header = 8 + 25
	return string(bytes.Join([][]byte{b.Bytes()[:header], chunk, b.Bytes()[header:]}, nil))
}

func wrongRecords() map[string]attack {
	record := func(old, new string) func(t *testing.T, f files) {
		return func(t *testing.T, f files) {
			name := f.of(t, "/record.json", 3)
			was := f[name]
			if f[name] = regexp.MustCompile(old).ReplaceAllString(was, new); f[name] == was {
				t.Fatalf("%s has no %s:\n%s", name, old, was)
			}
		}
	}
	lines := func(file, old, new string) func(t *testing.T, f files) {
		return func(t *testing.T, f files) {
			if strings.HasPrefix(file, "/") {
				f.change(t, f.of(t, file, 2), old, new)
				return
			}
			f.change(t, file, old, new)
		}
	}
	return map[string]attack{
		"a folder of another name": {change: record(`"id": "01`, `"id": "02`), want: `record.json:1: The id is "02`},
		"two case studies with one slug": {change: func(t *testing.T, f files) {
			slug := regexp.MustCompile(`"slug": "[^"]*"`)
			f[f.of(t, "/record.json", 3)] = slug.ReplaceAllString(f[f.of(t, "/record.json", 3)], slug.FindString(f[f.of(t, "/record.json", 1)]))
		}, want: `record.json:1: The slug "[^"]*" is that of the case study \w+, too`},
		"a slug that is an address":          {change: record(`"slug": "[^"]*"`, `"slug": "../../admin"`), want: `The slug is none`},
		"a copy of nothing":                  {change: record(`"status":`, `"copy_of": {"origin": "javascript:alert(1)", "url": "https://a.example/x", "revision": 1}, "status":`), want: `What the case study is a copy of`},
		"a slug of long ago":                 {change: record(`"status":`, `"former_slugs": ["<b>"], "status":`), want: `former slugs`},
		"an unknown status":                  {change: record(`"status": "\w*"`, `"status": "hidden"`), want: `status must be`},
		"a stranger as owner":                {change: record(`"owner": "01`, `"owner": "02`), want: `The owner is a person who is not in people.jsonl`},
		"enormously many revisions":          {change: record(`"revision": \d+`, `"revision": 900000`), want: `There are \d+ revisions, and the record says 900000|revisions/\d+.md:1: The file is missing`},
		"no revision":                        {change: record(`"revision": \d+`, `"revision": 0`), want: `number of revisions`},
		"votes below none":                   {change: record(`"votes": \d+`, `"votes": -5`), want: `The number of votes is none`},
		"votes beyond counting":              {change: record(`"votes": \d+`, `"votes": 1e300`), want: `record.json:1: This is no record`},
		"no time":                            {change: record(`"created": "2[^"]*"`, `"created": "0001-01-01T00:00:00Z"`), want: `A time is missing`},
		"a year that is none":                {change: record(`"created": "2[^"]*"`, `"created": "99999-01-01T00:00:00Z"`), want: `This is no record`},
		"no JSON":                            {change: record(`(?s).*`, `{"id":`), want: `record.json:1: This is no record of a case study: its end is missing`},
		"something after the record":         {change: record(`(?s)\z`, `{}`), want: `something follows its end`},
		"a record in another encoding":       {change: record(`"owner": "`, "\"owner\": \"\xff"), want: `it is not UTF-8 text`},
		"a record full of brackets":          {change: record(`(?s).*`, strings.Repeat("[", 100_000)), want: `This is no record`},
		"a field that is not known":          {change: record(`"owner"`, `"admin": true, "owner"`), want: `unknown field "admin"`},
		"a person twice":                     {change: func(t *testing.T, f files) { f[bundle.PeopleFile] += strings.SplitAfter(f[bundle.PeopleFile], "\n")[0] }, want: `people.jsonl:\d+: The person \w+ is listed twice`},
		"a person with an NHS number":        {change: lines(bundle.PeopleFile, `"Colleague`, `"NHS number 999 026 0184 Colleague`), want: `people.jsonl:1: This looks like an NHS number`},
		"an organisation with an NHS number": {change: lines(bundle.OrganisationsFile, `"name":"`, `"name":"NHS number 999 026 0184 `), want: `organisations.jsonl:1: This looks like an NHS number`},
		"a system with a key":                {change: lines(bundle.SystemsFile, `"name":"`, `"name":"postgres://u:h7Gk2pQ9@db/app `), want: `systems.jsonl:1: This looks like a password or key`},
		"a standard with a phone":            {change: lines(bundle.StandardsFile, `"name":"`, `"name":"Ring her on 07700 900123 `), want: `standards.jsonl:1: This looks like`},
		"a note with an NHS number":          {change: lines("/revisions.jsonl", `"note":"`, `"note":"NHS number 999 026 0184 `), want: `revisions.jsonl:\d+: This looks like an NHS number`},
		"two people with one handle":         {change: lines(bundle.PeopleFile, "colleague-1", "colleague-0"), want: `Two people have the handle colleague-0`},
		"two people with one address":        {change: lines(bundle.PeopleFile, "colleague.1@", "colleague.0@"), want: `Two people have one e-mail address`},
		"addresses that should not be":       {change: lines(bundle.ManifestFile, `"emails": true`, `"emails": false`), want: `and bundle.json says that nobody has`},
		"a name with a control":              {change: lines(bundle.PeopleFile, `"Colleague`, `"\u0007Colleague`), want: `people.jsonl:1: The name, role`},
		"a name that turns texts round":      {change: lines(bundle.PeopleFile, `"Colleague`, `"\u202eColleague`), want: `people.jsonl:1: The name, role`},
		"a handle with a slash":              {change: lines(bundle.PeopleFile, "colleague-1", "colleague/1"), want: `handle`},
		"an address in capitals":             {change: lines(bundle.PeopleFile, "colleague.1@", "Colleague.1@"), want: `e-mail address`},
		"an account that is none":            {change: lines(bundle.PeopleFile, `"handle"`, `"account":"admin","handle"`), want: `The account of the person`},
		"years below none":                   {change: lines(bundle.PeopleFile, `"years_experience":1`, `"years_experience":-1`), want: `years of experience`},
		"people not in UTF-8":                {change: lines(bundle.PeopleFile, "Colleague", "\xc3\x28"), want: `people.jsonl:1: The line is not UTF-8 text`},
		"people in one long line":            {change: lines(bundle.PeopleFile, `"Colleague`, `"`+strings.Repeat("x", 300_000)), want: `people.jsonl:1: The line is longer`},
		"people cut short":                   {change: func(t *testing.T, f files) { f[bundle.PeopleFile] = strings.TrimSuffix(f[bundle.PeopleFile], "\n") }, want: `ends in the middle of a line`},
		"an organisation of no code":         {change: lines(bundle.OrganisationsFile, `"RR8"`, `"<x>"`), want: `organisations.jsonl:1: The code is none`},
		"an organisation twice":              {change: func(t *testing.T, f files) { f[bundle.OrganisationsFile] += f[bundle.OrganisationsFile] }, want: `is listed twice`},
		"a system that is an address":        {change: lines(bundle.SystemsFile, `"slug":"`, `"slug":"../`), want: `systems.jsonl:1: The slug is none`},
		"a system twice":                     {change: func(t *testing.T, f files) { f[bundle.SystemsFile] += f[bundle.SystemsFile] }, want: `is listed twice`},
		"a standard that is a script":        {change: lines(bundle.StandardsFile, `"code"`, `"url":"javascript:alert(1)","code"`), want: `standards.jsonl:1: The address`},
		"a comment twice": {change: func(t *testing.T, f files) {
			f[f.of(t, "/comments.jsonl", 2)] += strings.SplitAfter(f[f.of(t, "/comments.jsonl", 2)], "\n")[0]
		}, want: `comments.jsonl:\d+: The id \w+ is that of another`},
		"a comment of two case studies": {change: func(t *testing.T, f files) {
			f[f.of(t, "/comments.jsonl", 2)] += strings.SplitAfter(f[f.of(t, "/comments.jsonl", 1)], "\n")[0]
		}, want: `is that of another comment or attachment`},
		"an answer to nothing":      {change: lines("/comments.jsonl", `"author"`, `"reply_to":"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z","author"`), want: `answers 01JD3Z6V7Q8R9S0T1V2W3X4Y5Z, which is no top-level comment`},
		"a comment by a stranger":   {change: lines("/comments.jsonl", `"author":"01`, `"author":"02`), want: `The author is a person who is not`},
		"a comment of no kind":      {change: lines("/comments.jsonl", `"kind":"`, `"kind":"rant`), want: `of no kind`},
		"a comment without text":    {change: lines("/comments.jsonl", `"body":"`, `"body":"","x":"`), want: `unknown field "x"`},
		"a comment with a control":  {change: lines("/comments.jsonl", `"body":"`, `"body":"\u0000`), want: `without control characters`},
		"a comment by nobody":       {change: lines("/comments.jsonl", `"author":"`, `"author":"","mentions":["`), want: `comments.jsonl:1: `},
		"an endless comment":        {change: lines("/comments.jsonl", `"body":"`, `"body":"`+strings.Repeat("a", 6000)), want: `a text of 5000 characters`},
		"a deleted comment with us": {change: lines("/comments.jsonl", `"created"`, `"deleted":"2026-01-01T00:00:00Z","created"`), want: `there can only be its place`},
		"an adoption by a stranger": {change: lines("/adoptions.jsonl", `"owner":"01`, `"owner":"02`), want: `adoptions.jsonl:1: column \d+: The owner of the adoption is a person who is not|adoptions.jsonl:1: The owner of the adoption is a person who is not`},
		"an adoption of no status":  {change: lines("/adoptions.jsonl", `"status":"`, `"status":"sold`), want: `The history of the adoption must end with its status`},
		"an adoption without a past": {change: func(t *testing.T, f files) {
			name := f.of(t, "/adoptions.jsonl", 0)
			f[name] = regexp.MustCompile(`"history":\[.*\]`).ReplaceAllString(f[name], `"history":[]`)
		}, want: `The history of the adoption must end with its status`},
		"an adoption with a control": {change: lines("/adoptions.jsonl", `"sites":"`, `"sites":"\u0000`), want: `without control characters`},
		"an adoption on no day":      {change: lines("/adoptions.jsonl", `"version"`, `"started":"2026-02-30","version"`), want: `must be a date`},
		"an endless adoption":        {change: lines("/adoptions.jsonl", `"sites":"`, `"sites":"`+strings.Repeat("a", 600)), want: `must be 500 characters or fewer`},
		"an adoption with more":      {change: lines("/adoptions.jsonl", `"version"`, `"x":1,"version"`), want: `unknown field "x"`},
		"an adoption twice": {change: func(t *testing.T, f files) {
			f[f.of(t, "/adoptions.jsonl", 0)] += strings.SplitAfter(f[f.of(t, "/adoptions.jsonl", 0)], "\n")[0]
		}, want: `adoptions.jsonl:\d+: .*The id \w+ is that of another`},
		"an adoption with an NHS number": {change: lines("/adoptions.jsonl", `"sites":"`, `"sites":"NHS number 999 026 0184 `), want: `adoptions.jsonl:1: .*NHS number`},
		"revisions in disorder":          {change: lines("/revisions.jsonl", `"number":2`, `"number":3`), want: `must be numbered`},
		"a revision by a stranger":       {change: lines("/revisions.jsonl", `"editor":"01`, `"editor":"02`), want: `The editor is a person who is not`},
	}
}

func wrongTexts() map[string]attack {
	text := func(old, new string) func(t *testing.T, f files) {
		return func(t *testing.T, f files) { f.change(t, f.of(t, "/case-study.md", 1), old, new) }
	}
	return map[string]attack{
		"a YAML alias":             {change: text("summary: Fewer calls.", "summary: &a Fewer calls.\ncampaign: *a"), want: `case-study.md:5: column \d+: An anchor such as &a is not taken`},
		"a YAML bomb":              {change: text("summary: Fewer calls.", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]"), want: `case-study.md:5: .*An anchor`},
		"a merge key":              {change: text("summary: Fewer calls.", "x: {<<: {a: 1}}"), want: `A merge key`},
		"a Go type":                {change: text("summary: Fewer calls.", "x: !!binary aGVsbG8="), want: `A type such as`},
		"a text not in UTF-8":      {change: text("typed twice", "typed \xff\xfe"), want: `case-study.md:\d+: column \d+: The file is not UTF-8`},
		"another id in the text":   {change: text("id: 01", "id: 02"), want: `case-study.md:1: The id is "02`},
		"a text without an id":     {change: text("id: 01", "x-id: 01"), want: `The id is ""`},
		"a setting that is none":   {change: text("settings: [Acute]", "settings: [Moon base]"), want: `“Moon base” is not in the list of settings`},
		"an endless title":         {change: text("title: \"", "title: \""+strings.Repeat("long ", 100)), want: `The title must be 150`},
		"an NHS number":            {change: text("summary: Fewer calls.", "summary: For NHS number 999 026 0184."), want: `case-study.md:5: column \d+: summary: This looks like an NHS number: “For NHS number \[…\]`},
		"a password in a new key":  {change: text("summary: Fewer calls.", "x: {url: 'postgres://u:h7Gk2pQ9@db/app'}"), want: `This looks like a password or key`},
		"no front matter":          {change: text("---\n", "+++\n"), want: `The file has no front matter`},
		"values inside values":     {change: text("summary: Fewer calls.", "x: "+strings.Repeat("[", 100)+strings.Repeat("]", 100)), want: `more than \d+ deep`},
		"an earlier text is gone":  {change: func(t *testing.T, f files) { delete(f, f.of(t, "/revisions/0001.md", 0)) }, want: `revisions/0001.md:1: The file is missing`},
		"an earlier text is wrong": {change: func(t *testing.T, f files) { f.change(t, f.of(t, "/revisions/0001.md", 0), "stage: ", "stage: x") }, want: `revisions/0001.md:\d+: column 1: stage: `},
		"a text too many": {change: func(t *testing.T, f files) {
			f[strings.Replace(f.of(t, "/revisions/0001.md", 0), "0001", "0009", 1)] = "x"
		}, want: `0009.md:1: Nothing else in the bundle speaks of this file`},
		"an oddly numbered text": {change: func(t *testing.T, f files) {
			f[strings.Replace(f.of(t, "/revisions/0001.md", 0), "0001", "00001", 1)] = "x"
		}, want: `00001.md:1: A bundle has no such file`},
		"the text itself is gone":   {change: func(t *testing.T, f files) { delete(f, f.of(t, "/case-study.md", 1)) }, want: `case-study.md:1: The file is missing`},
		"the record is gone":        {change: func(t *testing.T, f files) { delete(f, f.of(t, "/record.json", 1)) }, want: `record.json:1: The file is missing`},
		"the revisions are gone":    {change: func(t *testing.T, f files) { delete(f, f.of(t, "/revisions.jsonl", 1)) }, want: `revisions.jsonl:1: There are 0 revisions`},
		"a case study of small id":  {change: func(t *testing.T, f files) { f["case-studies/01jd3z6v7q8r9s0t1v2w3x4y5z/record.json"] = "{}" }, want: `A bundle has no such file`},
		"a case study out of range": {change: func(t *testing.T, f files) { f["case-studies/ZZZZZZZZZZZZZZZZZZZZZZZZZZ/record.json"] = "{}" }, want: `A bundle has no such file`},
	}
}
