using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Trials;

namespace SaliencyCluster.Runtime.Tests.Trials;

public sealed class ModelTrialsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-trials-").FullName;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private string[] Files => Directory.Exists(Path.Combine(_folder, "trials")) ? Directory.GetFiles(Path.Combine(_folder, "trials")) : [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_model_that_ended_three_processes_is_not_run_again()
    {
        foreach (var death in Enumerable.Range(0, 3))
        {
            using (Process().Begin("other")) { }
            Die("m");
            Assert.Equal(death + 1, Files.Length);
        }
        var error = Assert.Throws<SaliencyException>(() => Process().Begin("m"));
        Assert.Equal("SAL4021", error.Code);
        Assert.Contains(Path.Combine(_folder, "trials", "m.*"), error.Next, StringComparison.Ordinal);
        using (Process().Begin("other")) { }

        // A day later it may be tried again, and what is old is gone.
        _clock.Advance(TimeSpan.FromDays(1.1));
        using (Process().Begin("m")) Assert.Single(Files);
        Assert.Empty(Files);
    }

    [Fact]
    public void An_error_is_no_death_and_a_success_forgets_those_before()
    {
        Die("m");
        Die("m");
        foreach (var _ in Enumerable.Range(0, 5))
        {
            using (Process().Begin("m")) { }
        }
        Assert.Equal(2, Files.Length);
        var process = Process();
        using (var trial = process.Begin("m")) trial.Pass();
        Assert.Empty(Files);
        using (process.Begin("m")) Assert.Empty(Files); // proven: no trial any more
    }

    [Fact]
    public void Processes_that_live_are_no_deaths_however_many_try_the_model_at_once()
    {
        var trials = Enumerable.Range(0, 5).Select(_ => Process().Begin("m")).ToArray();
        Assert.Equal(5, Files.Length);
        using (Process().Begin("m")) { }
        foreach (var trial in trials) trial.Dispose();
        Assert.Empty(Files);
    }

    [Fact]
    public void Leases_of_one_process_share_a_trial()
    {
        var process = Process();
        var (one, two) = (process.Begin("m"), process.Begin("m"));
        Assert.Single(Files);
        one.Dispose();
        Assert.Single(Files);
        two.Dispose();
        Assert.Empty(Files);
    }

    [Fact]
    public void A_folder_that_cannot_be_used_keeps_no_model_from_running()
    {
        File.WriteAllText(Path.Combine(_folder, "trials"), "a file");
        using var trial = Process().Begin("m");
        trial.Pass();
    }

    [Fact]
    public void Without_a_folder_nothing_is_kept()
    {
        using var trial = new ModelTrials(null, _clock, NullLogger.Instance).Begin("m");
        trial.Pass();
        Assert.Empty(Files);
    }

    private ModelTrials Process() => new(_folder, _clock, NullLogger.Instance);

    // What a process that dies leaves: its file, without a lock.
    private void Die(string model)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "trials"));
        File.WriteAllBytes(Path.Combine(_folder, "trials", $"{model}.{Guid.NewGuid():n}"), []);
    }
}
