import gi
gi.require_version("At", "1.0")
from gi.repository import At, GLib

class Sum(At.AsyncTask):
    def do_in_background(self, n):        # in a worker thread
        for i in range(1, 4):
            self.publish_progress(i)
        return sum(range(n))

    def do_progress_update(self, value):  # back in the main thread
        print("progress:", value)

    def do_post_execute(self, result):
        print("the sum:", result)
        loop.quit()

loop = GLib.MainLoop()
Sum().execute(1000)
loop.run()
