package uploads

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"grassroots/models"
)

// The same on a server that speaks S3.
func TestS3(t *testing.T) {
	backend := s3mem.New()
	must(t, backend.CreateBucket("files"))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	defer server.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")

	query := "?region=local&use_path_style=true&endpoint=" + server.URL
	for _, bucket := range []string{"s3://files", "s3://files/with/prefix/"} {
		t.Run(bucket, func(t *testing.T) {
			s, err := Open(t.Context(), bucket+query)
			must(t, err)
			defer s.Close()
			testStore(t, s)
			must(t, s.Each(t.Context(), func(sum string, _ int64) error { return s.Delete(t.Context(), sum) }))
		})
	}
	s, err := Open(t.Context(), "s3://other"+query)
	must(t, err)
	defer s.Close()
	if err := s.Ping(t.Context()); models.KindOf(err) != models.Unavailable {
		t.Errorf("a bucket that is not there gave %v", err)
	}
	if _, err := s.Add(t.Context(), strings.NewReader(pdfFile), 0); models.KindOf(err) != models.Unavailable {
		t.Errorf("a bucket that is not there gave %v", err)
	}
}
