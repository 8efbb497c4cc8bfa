using System.Collections.Concurrent;
using System.Diagnostics;

namespace SaliencyCluster.Fuzz;

/// <summary>Feeds mutated inputs to a target on a few threads; a watchdog ends the process where one input takes too long.</summary>
internal sealed class FuzzRun(FuzzOptions options)
{
    private readonly FuzzJob _job = FuzzJob.Of(options);
    private readonly FuzzFigures _figures = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly (long Input, long Since)[] _current = new (long, long)[Environment.ProcessorCount];
    private long _next = options.First;
    private readonly ConcurrentDictionary<string, string> _failures = new();

    /// <returns>0 where every input was accepted or refused with a code in time, else 2.</returns>
    public int Run()
    {
        Console.WriteLine($"target {options.Target}, seed {options.Seed}, {_job.Good.Count} good inputs, {_current.Length} threads");
        foreach (var good in _job.Good) _job.Run(good);   // compiles the code before anything is timed
        using var done = new CountdownEvent(_current.Length);
        for (var i = 0; i < _current.Length; i++)
        {
            var lane = i;
            // A deep recursion must end the process here, as it would in a service.
            new Thread(() => { Work(lane); done.Signal(); }) { IsBackground = true }.Start();
        }
        while (!done.Wait(TimeSpan.FromSeconds(1))) Watch();
        Console.WriteLine(_figures.Summary(Stopwatch.GetElapsedTime(_began), _failures.Count));
        if (FuzzFigures.PeakMemory > FuzzLimits.MaxMemory) _failures["memory"] = $"The process held more than {FuzzLimits.MaxMemory >> 20} MB.";
        foreach (var input in _figures.TooSlow) Repeat(input);
        foreach (var failure in _failures.Values) Console.Error.WriteLine(failure);
        return _failures.IsEmpty ? 0 : 2;
    }

    private void Work(int lane)
    {
        while (Stopwatch.GetElapsedTime(_began).TotalSeconds < options.Seconds)
        {
            var input = Interlocked.Increment(ref _next) - 1;
            if (input >= options.First + options.Inputs) break;
            var file = _job.Next(input);
            var (start, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            _current[lane] = (input, start);
            try
            {
                var code = _job.Run(file);
                _figures.Add(code, input, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - allocated);
            }
            catch (Exception e)
            {
                // One of each kind: the same place fails again and again.
                var kept = Path.Combine(Path.GetTempPath(), $"fuzz-{options.Target}-{options.Seed}-{input}");
                var kind = $"{e.GetType()} {new StackTrace(e).GetFrame(0)?.GetMethod()}";
                if (_failures.TryAdd(kind, $"input {input} of seed {options.Seed}, kept as {kept}, ended with {e}")) File.WriteAllBytes(kept, file);
            }
            _current[lane] = default;
        }
    }

    private void Repeat(long input)
    {
        var file = _job.Next(input);
        var start = Stopwatch.GetTimestamp();
        _job.Run(file);
        var time = Stopwatch.GetElapsedTime(start);
        Console.WriteLine($"input {input}, repeated alone: {time.TotalMilliseconds:F0} ms");
        if (time > FuzzLimits.TooLong) _failures["time"] = $"input {input} of seed {options.Seed} takes more than {FuzzLimits.TooLong.TotalSeconds} s";
    }

    private void Watch()
    {
        foreach (var (input, since) in _current)
        {
            if (since == 0 || Stopwatch.GetElapsedTime(since) < FuzzLimits.Hangs) continue;
            Console.Error.WriteLine($"input {input} of seed {options.Seed} has taken more than {FuzzLimits.Hangs.TotalSeconds} s: `--seed {options.Seed} --first {input} --inputs 1`");
            Environment.Exit(2);
        }
    }
}
