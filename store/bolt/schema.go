package bolt

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// A migration brings a file from one version to the next, in one transaction
// that is rolled back if it fails.
type migration func(*bbolt.Tx) error

// schemas holds the migration that led to each version; its length is the
// present version. A stored struct that grows gets a new version too, with
// nothing to migrate: an older program would silently drop what it does not
// know, so it must refuse the file.
var schemas = []migration{
	nil,            // 1: escalations with what belongs to them, once, identities, pauses
	nil,            // 2: changes of duty, notes, watches, who was paged, feeds; an identity's Gone
	indexAfterCall, // 3: what comes after the call: breaks, digests, feedback, more in an escalation; opened, owing, members
	nil,            // 4: addresses of rooms, where people with several accounts are written to; by which a card and a page go
	nil,            // 5: what is known of customers, tallies; timelines are chained, see beforehand; amounts, limits and times of approvals; in which language somebody reads
}

// beforehand holds what must be done before a migration and is too much for its
// transaction, which bbolt has in memory until its end. It runs in as many as it
// likes and may be cut short anywhere: it is begun anew then. The file stays one
// of the older version meanwhile, so it may only add what that does not know.
var beforehand = map[int][]func(db *bbolt.DB, now time.Time) error{
	5: {rememberCustomers, chainTimelines},
}

// A schemaRecord says how a file is to be read.
type schemaRecord struct {
	Version int       `json:"version"`
	Since   time.Time `json:"since,omitzero"`
}

var schemaKey = []byte("schema")

// initialise makes what every store has.
func initialise(tx *bbolt.Tx, version int, now time.Time) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}

	return writeSchema(tx, version, now)
}

func writeSchema(tx *bbolt.Tx, version int, now time.Time) error {
	value, err := encode(schemaRecord{Version: version, Since: now.UTC()})
	if err != nil {
		return err
	}

	seal(meta, schemaKey, value)

	b := tx.Bucket([]byte(meta))
	if err := b.SetSequence(1); err != nil {
		return err
	}

	return b.Put(schemaKey, value)
}

func readSchema(tx *bbolt.Tx) (version int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	defer panicOnFault()()

	b := tx.Bucket([]byte(meta))
	if b == nil {
		return 0, errors.New("it has no schema: another program made it")
	}

	payload, err := unseal(meta, schemaKey, b.Get(schemaKey))
	if err != nil {
		return 0, fmt.Errorf("its schema can't be read: %w", err)
	}

	var record schemaRecord
	err = json.Unmarshal(payload, &record)

	return record.Version, err
}

// migrate brings a file to the present version.
func migrate(db *bbolt.DB, path string, options Options, schemas []migration) error {
	var from int

	err := db.View(func(tx *bbolt.Tx) (err error) {
		from, err = readSchema(tx)
		return err
	})

	to := len(schemas)

	switch {
	case err != nil:
		return notAStore(path, err)
	case from > to:
		return fmt.Errorf("%s was %w (schema %d, this one knows %d): run the newer version, or restore a backup from before",
			path, ErrNewer, from, to)
	case from == to:
		return nil
	}

	kept := fmt.Sprintf("%s.schema%d", path, from)
	if err := snapshot(db, kept); err != nil {
		return fmt.Errorf("back up %s before it is migrated: %w", path, err)
	}

	if options.Log != nil {
		options.Log.Info("migrating the database", "from", from, "to", to, "backup", kept)
	}

	return climbOrLeave(path, func() error {
		if err := prepare(db, from, to, options.Now()); err != nil {
			return err
		}

		return db.Update(func(tx *bbolt.Tx) error { return climb(tx, from, schemas, options.Now()) })
	})
}

// prepare does what comes before the migrations from one version to another.
func prepare(db *bbolt.DB, from, to int, now time.Time) error {
	for version := from + 1; version <= to; version++ {
		for _, step := range beforehand[version] {
			if err := step(db, now); err != nil {
				return fmt.Errorf("prepare to migrate to schema %d: %w", version, err)
			}
		}
	}

	return nil
}

// climbOrLeave leaves the file one of the older version if bbolt stumbles over it on
// the way.
func climbOrLeave(path string, climb func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = notAStore(path, fmt.Errorf("%v", p))
		}
	}()
	defer panicOnFault()()

	return climb()
}

// climb runs the migrations from one version to the last.
func climb(tx *bbolt.Tx, from int, schemas []migration, now time.Time) error {
	for version := from + 1; version <= len(schemas); version++ {
		step := schemas[version-1]
		if step == nil {
			continue
		}

		if err := step(tx); err != nil {
			return fmt.Errorf("migrate to schema %d: %w", version, err)
		}
	}

	return initialise(tx, len(schemas), now)
}
