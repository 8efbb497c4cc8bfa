using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Imaging;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Aggregation;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Tests.Evaluations;

namespace SaliencyCluster.Grains.Tests.Aggregation;

/// <summary>Errors without a code end the work that meets them, after a few attempts.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private const int Attempts = 3;
    private RoleCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await RoleCluster.StartAsync(
        1, 1, ("Saliency:Jobs:FaultAttempts", $"{Attempts}"), ("Saliency:Jobs:FaultPause", "00:00:00.01"), ("Saliency:Jobs:HeartbeatPeriod", "00:00:00.2"));

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    // No request that was checked lacks these options: here the methods fail where they read them.
    public static TheoryData<string> Faulty => ["next round", "finish"];

    [Theory]
    [MemberData(nameof(Faulty))]
    public async Task An_image_whose_method_throws_fails_with_SAL3099_after_the_last_attempt(string where)
    {
        var blob = await _cluster.Blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(1, 1, 28, 28)), Test.Token);
        var work = await ImageWorks.OfDigitAsync(new() { Method = where == "finish" ? "random" : "smoothgrad", Target = "3" }, blob);
        ExplanationRequest broken = where == "finish" ? work.Request.Options with { Seed = null } : work.Request.Options with { Stdev = null };
        // A pool without devices: the sum of the probe comes from here.
        work = work with { Request = work.Request with { Options = broken }, Pool = "nobody" };
        var key = new ImageKey(GrainKeys.DefaultTenant, $"faulty-{where[..4]}", 0).ToString();
        var aggregator = _cluster.Grains.GetGrain<IAggregatorWorkGrain>(key);
        await aggregator.StartAsync(work);
        var reply = new RoundReply(null, Ready: false);
        await Eventually.TrueAsync(async () => (reply = await aggregator.GetRoundAsync(0)).Ready, "the aggregator has begun");
        var points = reply.Work!.Round.Points.Count;
        var probe = new Partial(0, 0, 0, null, null, new float[points], new float[10 * points]);
        Assert.Equal(AddReply.Added, await aggregator.AddAsync(probe.ToMessage("a worker")));

        var watched = _cluster.Grains.GetGrain<IAggregatorGrain>(key);
        ImageOutcome? outcome = null;
        await Eventually.TrueAsync(async () => (outcome = (await watched.WaitForProgressAsync(-1, withMap: true, Test.Token)).Outcome) is not null, "the image has ended");
        Assert.Equal((ImageState.Failed, "SAL3099"), (outcome!.State, outcome.Error!.Code));
        Assert.Contains("InvalidOperationException", outcome.Error.What, StringComparison.Ordinal);
        var log = Assert.Single(_cluster.Log.Errors);
        Assert.Contains($"at each of {Attempts} attempts", log, StringComparison.Ordinal);
        Assert.Contains(where == "finish" ? "RandomControl.Map" : "NoiseLevel.Of", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_meets_a_fault_fails_with_SAL3099_after_the_last_attempt()
    {
        await _cluster.AddModelAsync("mnist-cnn");
        // One image by its reference, none in the list.
        var chunk = await _cluster.Blobs.WriteAsync("[]"u8.ToArray(), Test.Token);
        var root = await _cluster.Blobs.WriteAsync(System.Text.Encoding.UTF8.GetBytes($$"""{"Count":1,"Chunks":["{{chunk}}"]}"""), Test.Token);
        var job = _cluster.Job("faulty");
        await job.SubmitAsync(Samples.Job("mnist-cnn", new ManifestReference(root, 1), new() { Method = "gradient" }), Test.Token);
        var status = await job.EndAsync();
        Assert.Equal((JobState.Failed, "SAL3099"), (status.State, status.Error!.Code));
        Assert.Contains(_cluster.Log.Errors, e => e.Contains("IndexOutOfRangeException", StringComparison.Ordinal) && e.Contains("ManifestReader", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("saliency.outcome-page", 2)]
    [InlineData("saliency.open-work", 1)]
    public async Task A_job_whose_outcomes_meet_a_fault_ends_after_the_last_attempt(string faulty, int images)
    {
        await _cluster.AddModelAsync("mnist-cnn");
        var job = _cluster.Job("unkept");
        await job.SubmitAsync(Samples.Job("mnist-cnn", await _cluster.Blobs.AddImagesAsync(images, 1, 28, 28), new() { Method = "gradient", Target = "3" }), Test.Token);
        _cluster.Database.Faulty = faulty;
        var status = await job.EndAsync();
        // The end of a job is counted afterwards, and again when it is woken: a fault there is not the job's.
        if (faulty == "saliency.open-work") Assert.Equal(JobState.Completed, status.State);
        else Assert.Equal((JobState.Failed, "SAL3099"), (status.State, status.Error!.Code));
        _cluster.Database.Heal();
        await Eventually.TrueAsync(async () => await _cluster.Grains.GetGrain<IJobSupervisorGrain>(GrainKeys.Single).CountAsync() == 0, "the end is counted");
        if (faulty != "saliency.outcome-page") return;
        Assert.Contains(_cluster.Log.Errors, e => e.Contains("The storage has a fault", StringComparison.Ordinal));
        // None of its images has failed, and none has an outcome: it is tried again as a whole.
        Assert.Equal((0, 0), (status.Done, status.Failed));
        await job.RetryFailedAsync();
        status = await job.EndAsync();
        Assert.Equal((JobState.Completed, images), (status.State, status.Done));
    }

    [Fact]
    public async Task An_evaluation_whose_measure_throws_fails_with_SAL3099_after_the_last_attempt()
    {
        await _cluster.AddModelAsync("mnist-cnn");
        // The map of a batch ends within the key in front of it: cutting that off throws where it is measured.
        _cluster.SiloBlobs.Read = bytes => bytes.AsSpan().IndexOf("NUMPY"u8) == 33 ? bytes[..10] : bytes;
        var evaluation = _cluster.Evaluation("faulty");
        await evaluation.SubmitAsync(
            DigitEvaluations.Submission(new() { Title = "faulty", Methods = ["gradient"], Randomization = new() }, await _cluster.Blobs.AddDigitsAsync(1)), Test.Token);
        var status = await evaluation.UntilAsync(s => s.IsFinal);
        Assert.Equal((EvaluationState.Failed, "SAL3099"), (status.State, status.Error!.Code));
        // Which frames a stack has depends on what the compiler has inlined by then.
        Assert.Contains(_cluster.Log.Errors, e => e.Contains($"at each of {Attempts} attempts", StringComparison.Ordinal)
            && e.Contains(nameof(ArgumentOutOfRangeException), StringComparison.Ordinal) && e.Contains("   at SaliencyCluster.", StringComparison.Ordinal));
    }
}
