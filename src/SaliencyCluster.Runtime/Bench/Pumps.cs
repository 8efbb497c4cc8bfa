namespace SaliencyCluster.Runtime.Bench;

/// <summary>Keeps lanes busy with pieces of work of one kind, and measures how many they finish.</summary>
internal static class Pumps
{
    /// <summary>Measures one slice of work that is handed over and waited for.</summary>
    /// <param name="clock">Measures.</param>
    /// <param name="lanes">Pieces that are worked on at the same time.</param>
    /// <param name="pumps">Pieces that are handed over at the same time: enough to keep the lanes busy.</param>
    /// <param name="length">The least time of the slice.</param>
    /// <param name="points">Points of a piece.</param>
    /// <param name="work">Does one piece.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<Slice> MeasureAsync(
        TimeProvider clock, int lanes, int pumps, TimeSpan length, int points, Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        var window = new SteadyWindow(clock, Math.Min(lanes, pumps), length);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(Enumerable.Range(0, pumps).Select(_ => PumpAsync()));
        return window.Result(points);

        async Task PumpAsync()
        {
            try
            {
                do await work(over.Token);
                while (window.Finish());
                over.Cancel();
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Begun in the window and not finished in it: not counted, so nobody waits for it.
            }
        }
    }

    /// <summary>Measures one slice of work that each of several threads does by itself.</summary>
    /// <param name="clock">Measures.</param>
    /// <param name="threads">How many.</param>
    /// <param name="length">The least time of the slice.</param>
    /// <param name="units">Units of a piece.</param>
    /// <param name="start">Called on each thread with its number; gives what does one piece.</param>
    /// <param name="cancellation">Ends it between two pieces.</param>
    public static async Task<Slice> OnThreadsAsync(
        TimeProvider clock, int threads, TimeSpan length, int units, Func<int, Action> start, CancellationToken cancellation)
    {
        var work = Enumerable.Range(0, threads).Select(start).ToList();
        var window = new SteadyWindow(clock, threads, length);
        await Task.WhenAll(work.Select(piece => Task.Factory.StartNew(() => Loop(piece), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return window.Result(units);

        void Loop(Action piece)
        {
            do
            {
                cancellation.ThrowIfCancellationRequested();
                piece();
            }
            while (window.Finish());
        }
    }
}
