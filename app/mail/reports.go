package mail

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strings"

	"github.com/emersion/go-message"

	"grassroots/models"
	"grassroots/models/store"
)

// maxReport is how much of a report is read, in bytes: it may have the whole
// message in it that it is about.
const maxReport = 4 << 20

// report is what a mail server says of a message that it took before.
type report struct {
	messageID  string // the part before the @, in the form in which we made it
	complained bool   // its reader does not want it (RFC 5965)
	failed     bool   // it will never arrive (RFC 3464)
	status     string // such as 5.1.1
}

// errNoReport says that a message is no report of the kinds that are known.
var errNoReport = models.E(models.Invalid, "This is neither a delivery status notification (RFC 3464) nor a feedback report (RFC 5965).")

// Report takes a whole message in which a mail server tells that one of ours came
// back, or that its reader complained, and gives what followed, in words. Whose
// address it was is known by the id of our message alone, which nobody can guess:
// what the report says of addresses is not believed. Invalid when it is no report,
// NotFound when it is about no message of the last 30 days.
func (m *Service) Report(ctx context.Context, r io.Reader) (string, error) {
	got, err := readReport(io.LimitReader(r, maxReport))
	if err != nil {
		return "", err
	}
	id := strings.ToUpper(got.messageID)
	if !models.ValidID(id) {
		return "", models.E(models.Invalid, "The report does not say which of our messages it is about.")
	}
	e, err := m.store.Email(ctx, id)
	if err != nil {
		return "", err
	}
	switch {
	case got.complained:
		return "The reader complained: no e-mail about notifications is sent to them any more.", m.complain(ctx, e)
	case got.failed:
		reason := "it came back with status " + got.status
		return "It is noted that the message came back.", m.store.NoteBounce(ctx, e.ToAddress, reason, isGone(got.status, 0))
	}
	return "The message is only late: nothing is noted.", nil
}

func (m *Service) complain(ctx context.Context, e store.Email) error {
	return m.store.Tx(ctx, func(ctx context.Context) error {
		p, err := m.store.PersonByEmail(ctx, strings.ToLower(e.ToAddress))
		if models.KindOf(err) == models.NotFound {
			return m.store.StopInvitations(ctx, e.ToAddress)
		}
		if err != nil {
			return err
		}
		n, err := m.store.NotifySettings(ctx, p.ID)
		if err != nil || n.StoppedAt != nil {
			return err
		}
		now := m.store.Now()
		n.StoppedAt, n.StoppedWhy = &now, models.StoppedByComplaint
		return m.store.SaveNotifySettings(ctx, n)
	})
}

// isGone tells whether there is no such address, by the extended status (RFC
// 3463) of an answer or, without one, by its code.
func isGone(status string, code int) bool {
	switch status {
	case "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1":
		return true
	case "":
		return code == 550 || code == 553
	}
	return false
}

// readReport reads a report of either kind.
func readReport(r io.Reader) (report, error) {
	entity, err := message.Read(r)
	if err != nil && !message.IsUnknownCharset(err) {
		return report{}, errNoReport
	}
	kind, params, err := entity.Header.ContentType()
	parts := entity.MultipartReader()
	if err != nil || !strings.EqualFold(kind, "multipart/report") || parts == nil {
		return report{}, errNoReport
	}
	var out report
	known := strings.EqualFold(params["report-type"], "delivery-status") || strings.EqualFold(params["report-type"], "feedback-report")
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !message.IsUnknownCharset(err) {
			return report{}, errNoReport
		}
		kind, _, _ := part.Header.ContentType()
		switch strings.ToLower(kind) {
		case "message/delivery-status", "message/global-delivery-status":
			out.readStatus(part.Body)
		case "message/feedback-report":
			out.readFeedback(part.Body)
		case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers":
			out.readOriginal(part.Body)
		}
	}
	if !known {
		return report{}, errNoReport
	}
	return out, nil
}

// readStatus reads the fields of the message, and then those of each addressee.
func (r *report) readStatus(body io.Reader) {
	fields := textproto.NewReader(bufio.NewReader(body))
	for {
		h, err := fields.ReadMIMEHeader()
		if strings.EqualFold(strings.TrimSpace(h.Get("Action")), "failed") {
			r.failed = true
			r.status, _, _ = strings.Cut(strings.TrimSpace(h.Get("Status")), " ")
		}
		if err != nil { // its end, or what cannot be read
			return
		}
	}
}

// readFeedback reads what the reader thought of it. That something is no spam
// after all is no complaint.
func (r *report) readFeedback(body io.Reader) {
	h, _ := textproto.NewReader(bufio.NewReader(body)).ReadMIMEHeader() // as far as it can be read
	kind := strings.ToLower(strings.TrimSpace(h.Get("Feedback-Type")))
	r.complained = kind != "" && kind != "not-spam" && kind != "auth-failure" && kind != "dmarc"
}

// readOriginal reads which message it is about.
func (r *report) readOriginal(body io.Reader) {
	h, _ := textproto.NewReader(bufio.NewReader(body)).ReadMIMEHeader()
	id := strings.Trim(strings.TrimSpace(h.Get("Message-Id")), "<>")
	r.messageID, _, _ = strings.Cut(id, "@")
}

// bounced notes that a server has refused an addressee for good.
func (m *Service) bounced(ctx context.Context, e store.Email, refused *refusal) error {
	reason := fmt.Sprintf("the mail server refused the address with code %d %s", refused.code, refused.status)
	return m.store.NoteBounce(ctx, e.ToAddress, strings.TrimSpace(reason), isGone(refused.status, refused.code))
}
