# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""info at-tasks: the tasks of a program that gdb has, running or as a core.

It reads memory, and calls nothing. GDB loads it with the library; what it needs is the
debugging information of the library alone, which a distribution has in a package of its own.
"""

import os
import re

import gdb

PHASES = ('pending', 'starting', 'queued', 'running', 'done', 'delivering', 'delivered', '?')
# As in job/at-job-state-private.h.
PHASE_MASK = 7
CANCELLED, PAUSED, WILL_START, RESTING, TIMED_OUT = 1 << 3, 1 << 6, 1 << 8, 1 << 14, 1 << 15
WAITING, RETRYING, DEFERRED = 1 << 17, 1 << 18, 1 << 19

MOST_SHOWN = 50
# Lists of a program that has overwritten its memory may go round.
MOST_READ = 1000000


def variable(name):
    return gdb.parse_and_eval(name)


def pointer_to(name):
    return gdb.lookup_type(name).pointer()


def follow(item, field):
    for _ in range(MOST_READ):
        if not int(item):
            return
        yield item
        item = item[field]


def text_of(value):
    return re.sub(r'\s+', ' ', value.string('utf-8', 'replace')) if int(value) else None


def container_of(pointer, type_name, field):
    pointer_type = pointer_to(type_name)
    offset = next(each.bitpos // 8 for each in pointer_type.target().fields() if each.name == field)
    return gdb.Value(int(pointer) - offset).cast(pointer_type)


class Types:
    """The names of types that the library has noted, as GLib's are in memory of its own."""

    def __init__(self):
        self.names = {int(each['type']): text_of(each['name'])
                      for each in follow(variable('at_type_names'), 'next')}

    def name_of(self, instance):
        word = gdb.lookup_type('unsigned long').pointer()
        return self.names.get(int(gdb.Value(int(gdb.Value(int(instance)).cast(word).dereference())).cast(word).dereference()))


def name_function(address):
    """Its name if gdb knows it, and the place in its module otherwise; never that of a neighbour."""
    known = gdb.execute(f'info symbol {address:#x}', False, True)
    found = re.match(r'(\S+) in section', known)
    if found:
        return found[1]
    for line in gdb.execute('info proc mappings', False, True).splitlines():
        fields = line.split()
        if len(fields) >= 5 and fields[0].startswith('0x') and fields[-1].startswith('/') and \
           int(fields[0], 16) <= address < int(fields[1], 16):
            return f'{os.path.basename(fields[-1])}+{address - int(fields[0], 16) + int(fields[3], 16):#x}'
    return f'{address:#x}'


class Tasks:
    def __init__(self):
        self.types = Types()
        self.offset = int(variable('at_job_offset'))
        self.classes = {int(variable(name).address)
                        for name in ('at_task_job_class', 'at_task_deferred_job_class')}
        self.shared = int(variable('at_task_function_call').address)
        self.threads = {thread.ptid[1]: thread for thread in gdb.selected_inferior().threads()}
        self.seen = set()

    def is_task(self, job):
        return int(job['klass']) in self.classes

    def private_of(self, job):
        return job.cast(pointer_to('AtAsyncTaskPrivate'))

    def id_of(self, job):
        return int(job) - self.offset if self.is_task(job) else int(job)

    def name_of(self, job):
        if not self.is_task(job):
            work = container_of(job, 'AtWork', 'job')
            return text_of(work['name']) or name_function(int(work['work'])), None
        priv = self.private_of(job)
        title = text_of(priv['rare']['title']) if int(priv['rare']) else None
        functions = priv['functions']
        func = int(functions['func']) if int(functions) else 0
        if func == self.shared:
            func = int(functions['func_data'].cast(pointer_to('AtTaskFunction'))['func'])
        name = int(functions) and text_of(functions['body_name']) or (name_function(func) if func else None)
        return name or self.types.name_of(self.id_of(job)) or 'a class that is not known', title

    def state_of(self, job):
        state = int(job['state'])
        phase = PHASES[state & PHASE_MASK]
        if not self.is_task(job):
            return ''
        if phase == 'queued' and state & RESTING:
            phase = 'waiting for prerequisites' if state & WAITING else \
                'between two attempts' if state & RETRYING else 'waiting for its owner'
        elif phase == 'starting' and state & WILL_START:
            phase = 'waiting for its owner'
        elif phase == 'running' and state & DEFERRED:
            phase = 'started, to be completed'
        elif phase == 'queued':
            phase = ''
        words = [phase] if phase else []
        words += [word for flag, word in ((PAUSED, 'paused'), (CANCELLED, 'cancelled'), (TIMED_OUT, 'out of time'))
                  if state & flag]
        return ', '.join(words)

    def waits_of(self, job):
        """Who is in wait() for it."""
        if not self.is_task(job) or not int(self.private_of(job)['rare']):
            return
        for waiter in follow(self.private_of(job)['rare']['waiters'], 'next'):
            if int(waiter['is_body']) or int(waiter['retaking']):
                continue
            who = f"task {self.id_of(waiter['job']):#x} in " if int(waiter['job']) else ''
            yield f"{who}{self.thread_name(int(waiter['tid']))}"

    def thread_name(self, tid):
        thread = self.threads.get(tid)
        return f'thread {tid}' + (f' (gdb: {thread.num})' if thread else '')

    def show(self, job, where):
        """Returns whether it was there before."""
        task = self.id_of(job)
        if task in self.seen:
            return
        self.seen.add(task)
        name, title = self.name_of(job)
        words = [word for word in (where, self.state_of(job)) if word]
        print(f"  {f'“{title}” ' if title else ''}{name} {task:#x}: {', '.join(words)}")
        for waiter in self.waits_of(job):
            print(f'      waited for by {waiter}')
        if self.is_task(job) and int(self.private_of(job)['executor']):
            executor = int(self.private_of(job)['executor'])
            print(f"      on {self.types.name_of(executor) or 'an executor'} {executor:#x}")


def chain(jobs):
    for link in follow(jobs['head'], 'next'):
        yield container_of(link, 'AtJob', 'link')


def levels(tree):
    """The priorities in a GTree, which has its root first, and of a node key, value, left, right,
    balance, and whether there is something on the left and on the right."""
    word = gdb.lookup_type('unsigned long').pointer()
    byte = gdb.lookup_type('unsigned char').pointer()
    size = word.target().sizeof

    def walk(node, depth):
        if not node or depth > 64:
            return
        words = gdb.Value(node).cast(word)
        flags = gdb.Value(node + 4 * size).cast(byte)
        if int(flags[1]):
            yield from walk(int(words[2]), depth + 1)
        yield gdb.Value(int(words[1])).cast(pointer_to('AtPriorityLevel')).dereference()
        if int(flags[2]):
            yield from walk(int(words[3]), depth + 1)

    if int(tree):
        yield from walk(int(tree.cast(word).dereference()), 0)


def show_queue(tasks, queue):
    executor = int(queue['executor'])
    is_pool = int(queue['klass']) == int(variable('at_pool_jobs_class').address)
    real = queue.cast(pointer_to('AtPool' if is_pool else 'AtLimiter'))
    jobs = []
    inbox = list(chain(real['inbox']))
    for level in (real['queue']['first'], *levels(real['queue']['others'])):
        if int(level['priority']) > 0:
            jobs += inbox
            inbox = []
        jobs += chain(level['chain'])
    jobs += inbox
    limit = int(real['max_threads' if is_pool else 'max_running'])
    target = '' if is_pool else f" on {int(real['target']):#x}"
    print(f"{tasks.types.name_of(executor) or 'Executor'} {executor:#x}{target}: "
          f"{int(real['n_running'])} of {limit} running, {len(jobs)} queued")
    for job in jobs[:MOST_SHOWN]:
        tasks.show(job, 'queued')
    if len(jobs) > MOST_SHOWN:
        print(f'  and {len(jobs) - MOST_SHOWN} more')


def show_hands(tasks):
    print('Running:')
    for hand in follow(variable('at_all_hands'), 'next'):
        # The lowest bit is set while another thread looks.
        frame = gdb.Value(int(hand['shown']) & ~1).cast(pointer_to('AtJobFrame'))
        for each in follow(frame, 'shown_outer'):
            tasks.show(each['job'], tasks.thread_name(int(hand['tid'])))


def show_mails(tasks, mail, closed):
    done = {int(variable(name)) if variable(name).type.code == gdb.TYPE_CODE_PTR else int(variable(name).address)
            for name in ('at_task_on_done', 'at_task_on_done_seen', 'at_work_on_done')}
    work_done = int(variable('at_work_on_done').address)
    n = 0
    for each in follow(mail, 'next'):
        if int(each) == closed:
            break
        n += 1
        if int(each['func']) in done and len(tasks.seen) < MOST_READ:
            kind = 'AtWork' if int(each['func']) == work_done else 'AtAsyncTaskPrivate'
            tasks.show(container_of(each, kind, 'mail')['job'].address, 'its owner has yet to be told')
    return n


def show_mailbox(tasks, mailbox, is_default):
    closed = int(variable('closed_mark').address)
    print(f"Main context {int(mailbox['context']):#x}{' (default)' if is_default else ''}:")
    backlog = gdb.Value(int(mailbox['backlog']) & ~1).cast(pointer_to('AtMail'))
    n = sum(show_mails(tasks, mail, closed)
            for mail in (backlog, mailbox['turned'], mailbox['unturned'], mailbox['head']))
    print(f'  {n} messages wait')


def show_parked(tasks):
    print('Others:')
    for rare in follow(variable('at_all_parked'), 'next_parked'):
        job = gdb.Value(int(rare['parked']) + tasks.offset).cast(pointer_to('AtJob'))
        tasks.show(job, '')


class InfoAtTasks(gdb.Command):
    """Show the tasks of asynctask-glib that are on their way, and what they wait for.

It reads the memory of the program, running or a core, and calls nothing. Needs the debugging
information of libasynctask-glib."""

    def __init__(self):
        super().__init__('info at-tasks', gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        try:
            tasks = Tasks()
        except gdb.error as error:
            raise gdb.GdbError(f'The debugging information of libasynctask-glib is not there, or there is no '
                               f'process: {error}')
        for queue in follow(variable('at_all_queues'), 'next'):
            show_queue(tasks, queue)
        show_hands(tasks)
        default = int(variable('at_mailbox_default'))
        if default:
            show_mailbox(tasks, gdb.Value(default).cast(pointer_to('AtMailbox')), True)
        for mailbox in follow(variable('at_all_mailboxes'), 'next'):
            show_mailbox(tasks, mailbox, False)
        show_parked(tasks)


InfoAtTasks()
