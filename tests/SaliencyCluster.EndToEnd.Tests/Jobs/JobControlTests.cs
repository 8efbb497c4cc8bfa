using System.Net.Http.Json;
using System.Text.Json;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Jobs;
using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Jobs;

/// <summary>What a user can do to a job while it runs and after it has ended: through the client, REST and the command line.</summary>
public sealed class JobControlTests(SharedCluster cluster)
{
    private static readonly ExplanationOptions Long = new() { Method = "smoothgrad", Samples = 200 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private JobClient Jobs => cluster.Client.Jobs;

    [Fact]
    public async Task A_job_is_paused_weighted_resumed_and_deleted()
    {
        var id = (await Jobs.SubmitAsync("mnist-cnn", Long, Digits.Many(60), cancellation: Cancellation)).JobId;
        Assert.Equal((JobState.Paused, JobPriority.Batch, 1.0), State(await Jobs.PauseAsync(id, Cancellation)));
        Assert.Equal((JobState.Paused, JobPriority.Interactive, 2.5), State(await Jobs.ReprioritizeAsync(id, 2.5, JobPriority.Interactive, Cancellation)));
        Assert.Equal((JobState.Paused, JobPriority.Batch, 2.5), State(await Jobs.ReprioritizeAsync(id, priority: JobPriority.Batch, cancellation: Cancellation)));
        Assert.NotEqual(JobState.Paused, (await Jobs.ResumeAsync(id, Cancellation)).State);
        var ended = await Jobs.WatchAsync(id, Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Done, 60), (ended.State, ended.ImagesDone));
        Assert.Equal(JobState.Done, (await Jobs.RetryAsync(id, Cancellation)).State);
        await Jobs.DeleteAsync(id, Cancellation);
        Assert.Equal("SAL3002", (await Assert.ThrowsAsync<GatewayException>(() => Jobs.GetAsync(id, Cancellation))).Code);
        Assert.DoesNotContain(id, await Jobs.ListAsync(Cancellation).Select(j => j.JobId).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Failed_images_are_explained_again_and_only_those()
    {
        var images = new[] { Digits.Tensor(0), SaliencyCluster.Client.Images.ImageInput.FromEncoded("broken", new byte[] { 1, 2, 3 }) };
        var id = (await Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, images.ToAsyncEnumerable(), cancellation: Cancellation)).JobId;
        var first = await Jobs.WatchAsync(id, Cancellation).LastAsync(Cancellation);
        await Jobs.RetryAsync(id, Cancellation);
        var second = await Jobs.WatchAsync(id, Cancellation).LastAsync(Cancellation);
        Assert.Equal((1, 1, first.PointsDone), (second.ImagesDone, second.ImagesFailed, second.PointsDone));
        Assert.True(second.EndedAt.ToDateTimeOffset() > first.EndedAt.ToDateTimeOffset());
    }

    [Fact]
    public async Task Rest_has_the_same_calls()
    {
        var id = (await Jobs.SubmitAsync("mnist-cnn", Long, Digits.Many(60), cancellation: Cancellation)).JobId;
        using var http = new HttpClient { BaseAddress = cluster.Http };
        Assert.Equal("JOB_STATE_PAUSED", await PostAsync("pause", new { }));
        Assert.Equal("JOB_STATE_PAUSED", await PostAsync("reprioritize", new { weight = 3 }));
        Assert.Equal(3, (await Jobs.GetAsync(id, Cancellation)).Weight);
        Assert.NotEqual("JOB_STATE_PAUSED", await PostAsync("resume", new { }));
        Assert.Equal("JOB_STATE_CANCELLED", await PostAsync("cancel", new { }));
        Assert.True((await http.DeleteAsync($"/v1/jobs/{id}", Cancellation)).IsSuccessStatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync($"/v1/jobs/{id}", Cancellation)).StatusCode);

        async Task<string?> PostAsync(string verb, object body)
        {
            using var answer = await http.PostAsJsonAsync($"/v1/jobs/{id}:{verb}", body, Cancellation);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("state").GetString();
        }
    }

    [Fact]
    public async Task The_command_line_has_the_same_commands()
    {
        var id = (await Jobs.SubmitAsync("mnist-cnn", Long, Digits.Many(60), "commanded", Cancellation)).JobId;
        Assert.StartsWith("commanded is paused: ", await RunAsync("pause"), StringComparison.Ordinal);
        Assert.EndsWith("priority batch, weight 0.5\n", await RunAsync("reprioritize", "--weight", "0.5"), StringComparison.Ordinal);
        Assert.DoesNotContain("is paused", await RunAsync("resume"), StringComparison.Ordinal);
        await Jobs.WatchAsync(id, Cancellation).LastAsync(Cancellation);
        Assert.StartsWith("commanded is done: 60 of 60 images", await RunAsync("retry"), StringComparison.Ordinal);
        Assert.Equal("The job commanded and its maps are deleted.\n", await RunAsync("delete"));

        async Task<string> RunAsync(string verb, params string[] options)
        {
            var run = await CommandLine.RunAsync(cluster.Grpc, null, ["jobs", verb, id, .. options]);
            Assert.True(run.Exit == 0, run.Error);
            return run.Out;
        }
    }

    private static (JobState State, JobPriority Priority, double Weight) State(Job job) => (job.State, job.Priority, job.Weight);
}
