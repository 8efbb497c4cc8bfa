using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit.Sdk;
using Xunit.v3;

namespace SaliencyCluster.Tests.Limits;

/// <summary>Ends what would never end: tests after their limit, and the process at SIGTERM (at once) and SIGQUIT (after printing stacks).</summary>
/// <remarks>A host that runs in a test takes SIGTERM for itself and ends nothing, so the default of the runtime is not enough.</remarks>
public sealed class Watchdog : ITestPipelineStartup
{
    // For the test to end after its token was cancelled.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private static readonly ConcurrentDictionary<string, Running> Tests = new();

    // Since a test began or ended.
    private static readonly Stopwatch Quiet = Stopwatch.StartNew();

    private readonly ManualResetEvent _stop = new(false);
    private readonly List<PosixSignalRegistration> _signals = [];

    /// <inheritdoc/>
    public ValueTask StartAsync(IMessageSink diagnosticMessageSink)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => End("SIGTERM", 143, stacks: false)));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => End("SIGQUIT", 131, stacks: true)));
        // A thread of its own: a starved pool is one of the things it must survive.
        new Thread(Watch) { IsBackground = true, Name = "test watchdog" }.Start();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask StopAsync()
    {
        _stop.Set();
        foreach (var signal in _signals) signal.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static void Begin(string id, string name, TimeSpan limit, ITestContext context)
    {
        Quiet.Restart();
        Tests[id] = new(name, limit, context, Stopwatch.StartNew());
    }

    internal static string? End(string id)
    {
        Quiet.Restart();
        return Tests.TryRemove(id, out var test) ? test.Late : null;
    }

    private void Watch()
    {
        while (!_stop.WaitOne(TimeSpan.FromSeconds(1)))
        {
            if (Tests.IsEmpty && Quiet.Elapsed > TestLimitAttribute.BetweenTests)
                End($"no test has begun or ended for {TestLimitAttribute.BetweenTests.TotalSeconds:0} s; what starts or stops for tests does not end", 3, stacks: true);
            foreach (var test in Tests.Values)
            {
                if (test.Late is null && test.Time.Elapsed > test.Limit)
                {
                    test.Late = $"{test.Name} is not done after its limit of {test.Limit.TotalSeconds:0} s. {ProcessStacks.Print()}";
                    Console.Error.WriteLine(test.Late);
                    test.Time.Restart();
                    test.Context.CancelCurrentTest();
                }
                else if (test.Late is not null && test.Time.Elapsed > Grace)
                {
                    End($"{test.Name} does not end though its token was cancelled {Grace.TotalSeconds:0} s ago", 3, stacks: false);
                }
            }
        }
    }

    private static void End(string why, int exitCode, bool stacks)
    {
        var running = string.Join(Environment.NewLine, Tests.Values.Select(t => $"    {t.Name}, since {t.Time.Elapsed.TotalSeconds:0} s"));
        Console.Error.WriteLine($"The tests end here: {why}. Running:{Environment.NewLine}{running}");
        if (stacks) Console.Error.WriteLine(ProcessStacks.Print());
        Console.Error.Flush();
        // Not Environment.Exit: that waits for threads and handlers which may be what hangs.
        ProcessStacks.ExitNow(exitCode);
    }

    private sealed record Running(string Name, TimeSpan Limit, ITestContext Context, Stopwatch Time)
    {
        public string? Late { get; set; }
    }
}
