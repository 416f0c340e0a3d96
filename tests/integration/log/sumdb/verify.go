// Judges what a log served, with the verifier of Go's checksum database (golang.org/x/mod/sumdb).
// In: the file that test_independent.py writes. Out: one line of JSON, the names of what it refused.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type proof struct {
	Name, Checkpoint, Leaf string
	Index                  int64
	Path                   []string
}

type growth struct {
	Name, Older, Newer string
	Path               []string
}

type served struct {
	Key     string
	Proofs  []proof
	Growths []growth
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func decode(told string) []byte {
	raw, err := base64.StdEncoding.DecodeString(told)
	check(err)
	return raw
}

func hashes(told []string) []tlog.Hash {
	made := make([]tlog.Hash, len(told))
	for i, each := range told {
		copy(made[i][:], decode(each))
	}
	return made
}

func open(told string, key note.Verifier) (size int64, root tlog.Hash, err error) {
	signed, err := note.Open([]byte(told), note.VerifierList(key))
	if err != nil {
		return 0, root, err
	}
	lines := strings.Split(signed.Text, "\n")
	size, err = strconv.ParseInt(lines[1], 10, 64)
	copy(root[:], decode(lines[2]))
	return size, root, err
}

func included(each proof, key note.Verifier) error {
	size, root, err := open(each.Checkpoint, key)
	if err != nil {
		return err
	}
	leaf := tlog.RecordHash(decode(each.Leaf))
	return tlog.CheckRecord(hashes(each.Path), size, root, each.Index, leaf)
}

func continued(each growth, key note.Verifier) error {
	older, before, err := open(each.Older, key)
	if err != nil {
		return err
	}
	newer, after, err := open(each.Newer, key)
	if err != nil {
		return err
	}
	return tlog.CheckTree(hashes(each.Path), newer, after, older, before)
}

func main() {
	raw, err := os.ReadFile(os.Args[1])
	check(err)
	var told served
	check(json.Unmarshal(raw, &told))
	key, err := note.NewVerifier(told.Key)
	check(err)
	refused := []string{}
	for _, each := range told.Proofs {
		if included(each, key) != nil {
			refused = append(refused, each.Name)
		}
	}
	for _, each := range told.Growths {
		if continued(each, key) != nil {
			refused = append(refused, each.Name)
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(refused))
}
