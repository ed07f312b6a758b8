// SPDX-License-Identifier: MIT

// go-cose's side of run.sh: peer_gocose sign|verify; lines as interop.c.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/veraison/go-cose"
)

// Its name differs between versions of the library.
const edDSA = cose.Algorithm(-8)

func field(text string) []byte {
	if text == "-" {
		return []byte{}
	}
	out, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return out
}

func sign(line []string) error {
	form, _ := strconv.Atoi(line[0])
	key := ed25519.NewKeyFromSeed(field(line[1]))
	signer, err := cose.NewSigner(edDSA, key)
	if err != nil {
		return err
	}
	message := cose.NewSign1Message()
	message.Headers.Protected.SetAlgorithm(edDSA)
	if line[3] != "-" {
		message.Headers.Protected[cose.HeaderLabelContentType] = line[3]
	}
	if form&4 != 0 {
		message.Headers.Unprotected[cose.HeaderLabelKeyID] = field(line[2])
	} else {
		message.Headers.Protected[cose.HeaderLabelKeyID] = field(line[2])
	}
	message.Payload = field(line[5])
	if err = message.Sign(nil, field(line[4]), signer); err != nil {
		return err
	}
	if form&2 != 0 {
		message.Payload = nil
	}
	var done []byte
	if form&1 != 0 {
		done, err = (*cose.UntaggedSign1Message)(message).MarshalCBOR()
	} else {
		done, err = message.MarshalCBOR()
	}
	if err != nil {
		return err
	}
	fmt.Println(form, hex.EncodeToString(key.Public().(ed25519.PublicKey)),
		line[4], line[5], hex.EncodeToString(done))
	return nil
}

func check(line []string) error {
	form, _ := strconv.Atoi(line[0])
	verifier, err := cose.NewVerifier(edDSA,
		ed25519.PublicKey(field(line[1])))
	if err != nil {
		return err
	}
	var message cose.Sign1Message
	if form&1 != 0 {
		err = (*cose.UntaggedSign1Message)(&message).
			UnmarshalCBOR(field(line[4]))
	} else {
		err = message.UnmarshalCBOR(field(line[4]))
	}
	if err != nil {
		return err
	}
	if form&2 != 0 {
		message.Payload = field(line[3])
	}
	if err = message.Verify(field(line[2]), verifier); err != nil {
		return err
	}
	if !bytes.Equal(message.Payload, field(line[3])) {
		return errors.New("another payload")
	}
	return nil
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		line := strings.Fields(in.Text())
		if os.Args[1] == "sign" {
			if err := sign(line); err != nil {
				panic(err)
			}
		} else if err := check(line); err != nil {
			fmt.Println("refused", err)
		} else {
			fmt.Println("ok")
		}
	}
}
