using Microsoft.Diagnostics.Runtime;

namespace SaliencyCluster.Stacks;

/// <summary>The managed stacks of all threads.</summary>
internal static class ThreadStacks
{
    private const int DeepestFrame = 60;

    public static IEnumerable<string> Of(ClrRuntime runtime)
    {
        foreach (var thread in runtime.Threads.Where(t => t.IsAlive))
        {
            var frames = thread.EnumerateStackTrace().Where(f => f.Method is not null).Take(DeepestFrame).ToList();
            if (frames.Count == 0) continue;
            yield return $"Thread {thread.ManagedThreadId} (OS {thread.OSThreadId}):";
            foreach (var frame in frames) yield return "    at " + frame.Method!.Signature;
        }
    }
}
