using System.Text.RegularExpressions;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Evaluations;

/// <summary>What an evaluation promises, on one healthy cluster of a gateway and two workers.</summary>
public sealed partial class EvaluationTests(HealthyCluster healthy) : IClassFixture<HealthyCluster>
{
    private RoleCluster Cluster => healthy.Cluster;

    [Fact]
    public async Task A_cluster_gives_the_bytes_of_a_local_run_and_leaves_nothing_but_the_report()
    {
        await Cluster.AddModelAsync("mnist-cnn-random-labels");
        var evaluation = Cluster.Evaluation("everything");
        var submitted = await evaluation.SubmitAsync(DigitEvaluations.Submission(DigitEvaluations.Everything, await Cluster.Blobs.AddDigitsAsync(2)), Test.Token);
        Assert.Equal(("digits", "mnist-cnn:1", 2, EvaluationState.Running), (submitted.Title, submitted.Model, submitted.Images, submitted.State));
        var (json, csv) = await evaluation.ReportAsync(Cluster.Blobs);
        var expected = await DigitEvaluations.LocallyAsync(DigitEvaluations.Everything, 2);
        Assert.Equal(expected.Csv, csv);
        Assert.Equal(expected.Json, json);

        var status = await evaluation.GetAsync();
        Assert.Equal(status.Batches, status.BatchesDone);
        Assert.InRange(status.Batches, 30, 100);
        Assert.Contains("<html", System.Text.Encoding.UTF8.GetString(await Cluster.Blobs.ReadAsync(status.Report!.Html, Test.Token)), StringComparison.Ordinal);
        Assert.DoesNotContain((await Jobs.ListAsync(200)).Jobs, j => j.Id.StartsWith("everything", StringComparison.Ordinal));
        foreach (var batch in (string[])["w0.o", "w0.s0", "w0.s5", "w0.f0"])
            Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(() => Cluster.Job($"everything.{batch}").GetAsync())).Code);
        Assert.Contains((await Index.ListAsync(200)).Evaluations, e => e.Id == "everything");
    }

    [Fact]
    public async Task The_same_submission_again_is_the_same_evaluation_and_another_one_under_its_id_is_refused()
    {
        var images = await Cluster.Blobs.AddDigitsAsync(1);
        var submission = DigitEvaluations.Submission(new() { Title = "twice", Methods = ["gradient"] }, images);
        var evaluation = Cluster.Evaluation("twice");
        var first = await evaluation.SubmitAsync(submission, Test.Token);
        Assert.Equal(first.Created, (await evaluation.SubmitAsync(submission, Test.Token)).Created);
        var error = await Assert.ThrowsAsync<SaliencyException>(() => evaluation.SubmitAsync(submission with { Weight = 2 }, Test.Token));
        Assert.Equal("SAL3001", error.Code);
        await evaluation.ReportAsync(Cluster.Blobs);
        await evaluation.DeleteAsync();
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(evaluation.GetAsync)).Code);
        Assert.DoesNotContain((await Index.ListAsync(200)).Evaluations, e => e.Id == "twice");
    }

    [Fact]
    public async Task What_was_planned_when_it_was_accepted_is_not_planned_again()
    {
        var images = await Cluster.Blobs.AddDigitsAsync(1);
        // Only a plan reads masks.
        var mask = await Cluster.Blobs.ReadAsync((await new ManifestReader(Cluster.Blobs, images).ReadAsync(0, Test.Token)).Mask!, Test.Token);
        var reads = 0;
        Cluster.SiloBlobs.Read = bytes =>
        {
            if (bytes.AsSpan().SequenceEqual(mask)) Interlocked.Increment(ref reads);
            return bytes;
        };
        var evaluation = Cluster.Evaluation("planned");
        await evaluation.SubmitAsync(DigitEvaluations.Submission(new() { Title = "planned", Methods = ["gradient"], MontageImages = 0 }, images), Test.Token);
        await evaluation.ReportAsync(Cluster.Blobs);
        Cluster.SiloBlobs.Read = bytes => bytes;
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task While_the_blob_store_is_away_an_evaluation_tries_again_at_longer_and_longer_pauses_and_then_goes_on()
    {
        var evaluation = Cluster.Evaluation("waiting");
        await evaluation.SubmitAsync(
            DigitEvaluations.Submission(new() { Title = "waiting", Methods = ["gradient"], MontageImages = 0 }, await Cluster.Blobs.AddDigitsAsync(1)), Test.Token);
        Cluster.SiloBlobs.Chance = () => FailureMoment.Before;
        await Eventually.TrueAsync(() => Task.FromResult(Pauses().Contains("4")), () => $"it waits for 4 s once, and not {string.Join(", ", Pauses())}");
        Cluster.SiloBlobs.Chance = null;
        await evaluation.ReportAsync(Cluster.Blobs);
        // An answer that was on its way when the store went begins them anew.
        Assert.Equal(["1", "2", "4"], Pauses().Distinct().Take(3));

        List<string> Pauses() => [.. Cluster.Log.Warnings.Select(w => Stalled().Match(w)).Where(m => m.Success).Select(m => m.Groups[1].Value)];
    }

    [Fact]
    public async Task A_cancelled_evaluation_stops_its_batches_and_has_no_report()
    {
        var evaluation = Cluster.Evaluation("cancelled");
        await evaluation.SubmitAsync(DigitEvaluations.Submission(DigitEvaluations.Cascade, await Cluster.Blobs.AddDigitsAsync(6)), Test.Token);
        await evaluation.UntilAsync(s => s.BatchesDone >= 5);
        var status = await evaluation.CancelAsync();
        Assert.Equal((EvaluationState.Cancelled, (ReportFiles?)null), (status.State, status.Report));
        Assert.True(status.BatchesDone < 40);
        Assert.Equal(EvaluationState.Cancelled, (await evaluation.CancelAsync()).State);
        foreach (var batch in Enumerable.Range(0, 12).SelectMany(i => new[] { "w0.o", $"w0.s{i}" }))
            Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(() => Cluster.Job($"cancelled.{batch}").GetAsync())).Code);
    }

    [Fact]
    public async Task What_cannot_be_evaluated_is_refused_before_it_is_stored()
    {
        var images = await Cluster.Blobs.AddDigitsAsync(1);
        var bare = await Cluster.Blobs.AddImagesAsync(1, 1, 28, 28);
        EvaluationRequest asked = new() { Title = "refused", Methods = ["gradient"] };
        async Task RefusedAsync(string code, EvaluationSubmission submission, string id = "refused")
        {
            var error = await Assert.ThrowsAsync<SaliencyException>(() => Cluster.Evaluation(id).SubmitAsync(submission, Test.Token));
            Assert.Equal(code, error.Code);
            Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(() => Cluster.Evaluation("refused").GetAsync())).Code);
        }
        await RefusedAsync("SAL3004", DigitEvaluations.Submission(asked, images) with { Model = "mnist-cmm" });
        await RefusedAsync("SAL3004", DigitEvaluations.Submission(asked with { ShuffledLabels = "none" }, images));
        await RefusedAsync("SAL2001", DigitEvaluations.Submission(asked with { Methods = ["gradent"] }, images));
        await RefusedAsync("SAL2707", DigitEvaluations.Submission(asked with { Seeds = 0 }, images));
        // A few numbers of a request that stand for 30,000 maps of an image.
        await RefusedAsync("SAL2005", DigitEvaluations.Submission(asked with
        {
            Methods = ["gradient", "grad-cam", "gradient-times-input"], Sensitivity = new() { Samples = 10_000 },
        }, images));
        await RefusedAsync("SAL2704", DigitEvaluations.Submission(asked with { LocalizationBeside = [] }, bare));
        await RefusedAsync("SAL2101", DigitEvaluations.Submission(asked, await Cluster.Blobs.AddImagesAsync(1, 3, 28, 28)));
        await RefusedAsync("SAL3005", DigitEvaluations.Submission(asked, images with { Count = 7 }));
        await RefusedAsync("SAL3009", DigitEvaluations.Submission(asked, images) with { Weight = 0 });
        await RefusedAsync("SAL3003", DigitEvaluations.Submission(asked, images), new string('e', 81));
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<SaliencyException>(() => Cluster.Evaluation("nobody").CancelAsync())).Code);
    }

    [Fact]
    public async Task An_image_that_cannot_be_explained_is_named_in_the_report_and_the_others_count()
    {
        var writer = new ManifestWriter(Cluster.Blobs);
        var huge = Samples.RandomImage(1, 1, 28, 28);
        for (var i = 0; i < huge.Data.Length; i++) huge.Data[i] = 3e38f;
        await writer.AddAsync(new("good", await Cluster.Blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(1, 1, 28, 28)), Test.Token), ImageFormat.Tensor), Test.Token);
        await writer.AddAsync(new("huge", await Cluster.Blobs.WriteAsync(NpyFile.Write(huge), Test.Token), ImageFormat.Tensor), Test.Token);
        var evaluation = Cluster.Evaluation("partly");
        await evaluation.SubmitAsync(DigitEvaluations.Submission(new() { Title = "partly", Methods = ["gradient"] }, await writer.CompleteAsync(Test.Token)), Test.Token);
        var (json, csv) = await evaluation.ReportAsync(Cluster.Blobs);
        Assert.Contains("gradient: SAL240", json, StringComparison.Ordinal);
        Assert.Contains("map,gradient,sparseness,,0,,0,0,", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("map,gradient,sparseness,,0,,0,1,", csv, StringComparison.Ordinal);
    }

    private IJobIndexGrain Jobs => Cluster.Grains.GetGrain<IJobIndexGrain>(GrainKeys.DefaultTenant);

    private IEvaluationIndexGrain Index => Cluster.Grains.GetGrain<IEvaluationIndexGrain>(GrainKeys.DefaultTenant);

    [GeneratedRegex("Evaluation .* could not go on; it tries again in ([0-9.]+) s")]
    private static partial Regex Stalled();
}
