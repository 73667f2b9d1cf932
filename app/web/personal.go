package web

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/templates"
)

// A page that people see while they are signed in differs between two of the
// same roles in few places: their name, and which votes are theirs. So it is
// made once with gaps in these places, compressed piece by piece, and put
// together for each person: pieces of a deflate stream can stand one after
// another when each ends at a whole byte and looks back at nothing.

type sharedKey struct{}

// IsShared tells a handler that its page is for everybody of the same roles:
// it leaves gaps where the page differs between them, by templates.Gap.
func IsShared(c *fiber.Ctx) bool { return c.Locals(sharedKey{}) != nil }

// Marks tells what a person has said of some case studies with one press: for
// which they voted, and which they keep for later.
type Marks func(ctx context.Context, personID string, caseStudyIDs []string) (models.OwnMarks, error)

// piece is a stretch of a page, and what it is within a gzip file.
type piece struct{ text, deflated []byte }

// part is a stretch that is the same for everybody, or a gap: for the account
// in the header, or for what a press changes on a button of a case study.
type part struct {
	piece
	gap      string // "", templates.GapAccount, or a mark on a case study: see models.OwnMarks
	ifMarked piece  // as long as piece, which then is for who has not pressed it
}

// Personal keeps the answers of a handler for people who are signed in, with
// gaps that are filled for each of them.
func (s *Site) Personal(handler fiber.Handler, marks Marks) fiber.Handler {
	return func(c *fiber.Ctx) error {
		person := Person(c)
		if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead || person == nil || person.Warning != nil || person.Suspension != nil || c.Cookies(flashCookie) != "" {
			return handler(c)
		}
		key := "personal\x00" + string(Language(c)) + rolesOf(person) + "\x00" + c.OriginalURL() + "\x00" + c.Get(fiber.HeaderAccept)
		withGaps := func(c *fiber.Ctx) error {
			c.Locals(sharedKey{}, true)
			defer c.Locals(sharedKey{}, nil)
			return handler(c)
		}
		p, _, err := s.kept(c, key, withGaps, s.cache.keepParts)
		if err != nil || p == nil { // not kept, and what there is may have gaps
			c.Response().ResetBody()
			return handler(c)
		}
		return s.fill(c, p, person, marks)
	}
}

// rolesOf names what the pages of a person depend on beside the person.
func rolesOf(p *models.Person) string {
	names := make([]string, len(p.Grants))
	for i, g := range p.Grants {
		names[i] = string(g.Role) + " " + g.Organisation
	}
	slices.Sort(names)
	return strings.Join(names, "\n")
}

// keepParts makes a kept page with gaps of the answer in c, or nil when it is
// not to be kept.
func (pc *pageCache) keepParts(key string, generation uint64, c *fiber.Ctx) *page {
	r := c.Response()
	if r.StatusCode() != fiber.StatusOK || len(r.Body()) > maxKeptPage || len(r.Header.Peek(fiber.HeaderSetCookie)) > 0 {
		return nil
	}
	parts, ok := partsOf(bytes.Clone(r.Body()))
	if !ok {
		return nil
	}
	p := &page{made: pc.now(), generation: generation, contentType: string(r.Header.ContentType()), link: string(r.Header.Peek(fiber.HeaderLink)), parts: parts}
	pc.pages.Add(key, p)
	return p
}

// partsOf splits a page at its gaps. A button's gap holds both of its forms. It
// is not ok when the marks are not where only gaps put them.
func partsOf(body []byte) (parts []part, ok bool) {
	fields := bytes.Split(body, []byte(templates.GapMark))
	for i, field := range fields {
		choices := bytes.Split(field, []byte(templates.GapSeparator))
		switch {
		case i%2 == 0 && len(choices) == 1:
			parts = append(parts, part{piece: piece{text: field}})
		case i%2 == 1 && string(field) == templates.GapAccount:
			parts = append(parts, part{gap: templates.GapAccount})
		case i%2 == 1 && len(choices) == 3 && models.ValidID(models.OfMark(string(choices[0]))):
			parts = append(parts, choice(string(choices[0]), choices[1], choices[2])...)
		default:
			return nil, false
		}
	}
	parts = merged(parts)
	deflate(parts)
	return parts, len(fields)%2 == 1
}

// merged makes one part of neighbours that are the same for everybody.
func merged(parts []part) []part {
	var list []part
	for _, p := range parts {
		if last := len(list) - 1; p.gap == "" && last >= 0 && list[last].gap == "" {
			list[last].text = slices.Concat(list[last].text, p.text)
			continue
		}
		list = append(list, p)
	}
	return list
}

// choice splits the two forms of a piece of a page into what they have in
// common and where they differ, which are then of the same length: the shorter
// has spaces more, where spaces mean nothing.
func choice(id string, ifMarked, ifNot []byte) []part {
	a, b := tokens(ifMarked), tokens(ifNot)
	if len(a) != len(b) {
		a, b = [][]byte{ifMarked}, [][]byte{ifNot}
	}
	var parts []part
	for i := range a {
		if bytes.Equal(a[i], b[i]) {
			parts = append(parts, part{piece: piece{text: a[i]}})
			continue
		}
		x, y := padded(a[i], len(b[i])), padded(b[i], len(a[i]))
		from, to := 0, len(x)
		for from < to && x[from] == y[from] {
			from++
		}
		for to > from && x[to-1] == y[to-1] {
			to--
		}
		parts = append(parts, part{piece: piece{text: x[:from]}}, part{gap: id, ifMarked: stored(x[from:to]), piece: stored(y[from:to])}, part{piece: piece{text: x[to:]}})
	}
	return parts
}

// tokens splits HTML into its tags and what stands between them. No attribute
// holds a ">": templ escapes it.
func tokens(html []byte) [][]byte {
	var list [][]byte
	for len(html) > 0 {
		end := bytes.IndexByte(html, '<')
		if end == 0 {
			end = bytes.IndexByte(html, '>') + 1
		}
		if end <= 0 {
			end = len(html)
		}
		list = append(list, html[:end])
		html = html[end:]
	}
	return list
}

// padded is a token of at least n bytes.
func padded(token []byte, n int) []byte {
	spaces := bytes.Repeat([]byte{' '}, max(0, n-len(token)))
	for _, end := range []string{"/>", ">"} {
		if start, ok := bytes.CutSuffix(token, []byte(end)); ok {
			return slices.Concat(start, spaces, []byte(end))
		}
	}
	return slices.Concat(token, spaces)
}

// deflate gives every part that is the same for everybody its deflated form.
// The compressor is shown a gap as zero bytes, as many as will stand there: it
// looks back over the gap by the right distance and never into it, for no text
// has a zero byte. What it makes of the zeros is thrown away. Behind the
// account, whose length differs, it begins anew.
func deflate(parts []part) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil { // only for a level that does not exist
		panic(err)
	}
	write := func(text []byte) []byte {
		out.Reset()
		_, _ = w.Write(text) // a bytes.Buffer never fails to write
		_ = w.Flush()
		return bytes.Clone(out.Bytes())
	}
	for i := range parts {
		switch p := &parts[i]; p.gap {
		case "":
			p.deflated = write(p.text)
		case templates.GapAccount:
			w.Reset(&out)
		default:
			write(make([]byte, len(p.text)))
		}
	}
}

// stored is a piece that is not worth compressing, as deflate has it: at most
// 65,535 bytes.
func stored(text []byte) piece {
	n := uint16(len(text))
	b := binary.LittleEndian.AppendUint16([]byte{0}, n)
	b = binary.LittleEndian.AppendUint16(b, ^n)
	return piece{text, append(b, text...)}
}

// fill answers with a page whose gaps are a person's own.
func (s *Site) fill(c *fiber.Ctx, p *page, person *models.Person, marks Marks) error {
	var ids []string
	for _, part := range p.parts {
		if part.gap != "" && part.gap != templates.GapAccount && !slices.Contains(ids, models.OfMark(part.gap)) {
			ids = append(ids, models.OfMark(part.gap))
		}
	}
	own, err := marks(c.UserContext(), person.ID, ids)
	if err != nil {
		return err
	}
	var account bytes.Buffer
	if err := templates.Account(shellPerson(person), Language(c)).Render(c.UserContext(), &account); err != nil {
		return err
	}
	pieces := filled(p.parts, s.words.HTML(Language(c), account.Bytes()), own)
	h := &c.Response().Header
	h.SetContentType(p.contentType)
	h.Set(fiber.HeaderCacheControl, "private, no-cache")
	h.Set(fiber.HeaderVary, "Accept-Encoding, Cookie, Accept, Accept-Language")
	if p.link != "" {
		h.Set(fiber.HeaderLink, p.link)
	}
	c.Status(fiber.StatusOK)
	if !takesGzip(c.Get(fiber.HeaderAcceptEncoding)) {
		c.Response().SetBodyRaw(join(pieces))
		return nil
	}
	h.Set(fiber.HeaderContentEncoding, "gzip")
	c.Response().SetBodyRaw(gzipped(pieces))
	return nil
}

// filled puts a person's own pieces into the gaps.
func filled(parts []part, account []byte, marked models.OwnMarks) []piece {
	pieces := make([]piece, len(parts))
	for i, p := range parts {
		switch {
		case p.gap == templates.GapAccount:
			pieces[i] = stored(account)
		case marked[p.gap]:
			pieces[i] = p.ifMarked
		default:
			pieces[i] = p.piece
		}
	}
	return pieces
}

func join(pieces []piece) []byte {
	var body []byte
	for _, p := range pieces {
		body = append(body, p.text...)
	}
	return body
}

// gzipped puts pieces together as a gzip file by RFC 1952: a header that says
// nothing, the pieces, an empty last block, the checksum and the length.
func gzipped(pieces []piece) []byte {
	size, sum, length := 0, uint32(0), 0
	for _, p := range pieces {
		size += len(p.deflated)
	}
	body := make([]byte, 0, size+32)
	body = append(body, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)
	for _, p := range pieces {
		body = append(body, p.deflated...)
		sum = crc32.Update(sum, crc32.IEEETable, p.text)
		length += len(p.text)
	}
	body = append(body, 1, 0, 0, 0xff, 0xff)
	body = binary.LittleEndian.AppendUint32(body, sum)
	return binary.LittleEndian.AppendUint32(body, uint32(length))
}

func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		if strings.TrimSpace(name) == "gzip" && (weight == "" || err == nil && q > 0) {
			return true
		}
	}
	return false
}
