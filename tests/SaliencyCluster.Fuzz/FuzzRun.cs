using System.Diagnostics;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit.Fuzzing;

namespace SaliencyCluster.Fuzz;

/// <summary>Feeds mutated models to a target on a few threads; a watchdog ends the process where one input takes too long.</summary>
internal sealed class FuzzRun(FuzzOptions options)
{
    // One input may take this long; on a machine that does other things too, what looks slow is repeated alone before it counts.
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Hangs = TimeSpan.FromSeconds(60);

    private readonly ModelMutator _mutator = new(FuzzTarget.Corpus, options.Seed);
    private readonly FuzzFigures _figures = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly (long Input, long Since)[] _current = new (long, long)[Environment.ProcessorCount];
    private long _next = options.First;
    private volatile string? _failure;

    /// <returns>0 where every input was accepted or refused with a code in time, else 2.</returns>
    public int Run()
    {
        Console.WriteLine($"target {options.Target}, seed {options.Seed}, {FuzzTarget.Corpus.Count} models, {_current.Length} threads");
        foreach (var good in FuzzTarget.Corpus) Target(good);   // compiles the code before anything is timed
        using var done = new CountdownEvent(_current.Length);
        for (var i = 0; i < _current.Length; i++)
        {
            var lane = i;
            // A deep recursion must end the process here, as it would in a service.
            new Thread(() => { Work(lane); done.Signal(); }) { IsBackground = true }.Start();
        }
        while (!done.Wait(TimeSpan.FromSeconds(1))) Watch();
        Console.WriteLine(_figures.Summary(Stopwatch.GetElapsedTime(_began)));
        if (_failure is null && _figures.Slowest.Time > TooLong) Repeat(_figures.Slowest.Input);
        if (_failure is null) return 0;
        Console.Error.WriteLine(_failure);
        return 2;
    }

    private void Work(int lane)
    {
        while (_failure is null && Stopwatch.GetElapsedTime(_began).TotalSeconds < options.Seconds)
        {
            var input = Interlocked.Increment(ref _next) - 1;
            if (input >= options.First + options.Inputs) break;
            var file = _mutator.Next(input);
            var (start, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            _current[lane] = (input, start);
            try
            {
                var code = Target(file);
                _figures.Add(code, input, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - allocated);
            }
            catch (Exception e)
            {
                _failure = $"input {input} of seed {options.Seed} ended with {e}";
            }
            _current[lane] = default;
        }
    }

    private string? Target(byte[] file) => FuzzTarget.Run(file, options.Target == "compiler" ? Compile : null);

    private void Repeat(long input)
    {
        var file = _mutator.Next(input);
        var start = Stopwatch.GetTimestamp();
        Target(file);
        var time = Stopwatch.GetElapsedTime(start);
        Console.WriteLine($"input {input}, repeated alone: {time.TotalMilliseconds:F0} ms");
        if (time > TooLong) _failure = $"input {input} of seed {options.Seed} takes more than {TooLong.TotalSeconds} s";
    }

    private static void Compile(OnnxModel model, long[] image)
    {
        ModelSummary.Of(model, image);
        ExplanationCompiler.Compile(model, new ExplanationSpec { ImageShape = image });
    }

    private void Watch()
    {
        foreach (var (input, since) in _current)
        {
            if (since == 0 || Stopwatch.GetElapsedTime(since) < Hangs) continue;
            Console.Error.WriteLine($"input {input} of seed {options.Seed} has taken more than {Hangs.TotalSeconds} s: `--seed {options.Seed} --first {input} --inputs 1`");
            Environment.Exit(2);
        }
    }
}
