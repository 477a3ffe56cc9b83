# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is installed for the desktop: that the files fit together, and that pictures are there."""

import configparser
import os
import sys
import unittest
import xml.etree.ElementTree as ET

NAME = 'org.asynctask.Downloader'
DESKTOP, METAINFO, SERVICE, ICON, SYMBOLIC = sys.argv[1:6]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SVG = '{http://www.w3.org/2000/svg}'


def read_keys(path):
    parser = configparser.RawConfigParser(delimiters='=', comment_prefixes='#', interpolation=None)
    parser.optionxform = str
    parser.read(path, encoding='utf-8')
    return parser


class Data(unittest.TestCase):
    def test_desktop_file(self):
        entry = read_keys(DESKTOP)['Desktop Entry']
        self.assertEqual(os.path.basename(DESKTOP), NAME + '.desktop')
        self.assertEqual(entry['DBusActivatable'], 'true')
        self.assertEqual(entry['Icon'], NAME)
        # Links are opened that are given to it; it does not offer itself as a browser.
        self.assertEqual(entry['Exec'], 'asynctask-downloader %U')
        self.assertNotIn('MimeType', entry)

    def test_service(self):
        service = read_keys(SERVICE)['D-BUS Service']
        self.assertEqual(os.path.basename(SERVICE), NAME + '.service')
        self.assertEqual(service['Name'], NAME)
        program, option = service['Exec'].split()
        self.assertTrue(os.path.isabs(program))
        self.assertEqual((os.path.basename(program), option), ('asynctask-downloader', '--gapplication-service'))

    def test_metainfo(self):
        component = ET.parse(METAINFO).getroot()
        self.assertEqual(component.findtext('id'), NAME)
        self.assertEqual(component.findtext('launchable'), NAME + '.desktop')
        self.assertEqual(component.findtext('provides/dbus'), NAME)
        pictures = [image.text for image in component.iterfind('screenshots/screenshot/image')]
        self.assertGreaterEqual(len(pictures), 3)
        for picture in pictures:
            path = os.path.join(ROOT, 'docs', 'screenshots', os.path.basename(picture))
            with open(path, 'rb') as file:
                self.assertEqual(file.read(8), b'\x89PNG\r\n\x1a\n', path)

    def test_icons(self):
        for path, size in ((ICON, '128'), (SYMBOLIC, '16')):
            icon = ET.parse(path).getroot()
            self.assertEqual(icon.tag, SVG + 'svg')
            self.assertEqual((icon.get('width'), icon.get('height')), (size, size))
            self.assertEqual(icon.get('viewBox'), f'0 0 {size} {size}')
        # GTK colours the paths of a symbolic icon, and nothing else of it.
        self.assertEqual({element.tag for element in ET.parse(SYMBOLIC).getroot()}, {SVG + 'path'})


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
