using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Demo;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Hosting.Doctor;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Doctor;

/// <summary>A small explanation from end to end: upload, queue, worker, sum, map. The model is removed again.</summary>
internal static class ExplanationCheck
{
    private const string Name = "saliency-doctor";

    public static async Task<CheckResult> RunAsync(SaliencyClient client, TimeSpan wait, TimeProvider clock, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(wait, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var started = clock.GetTimestamp();
        try
        {
            await ModelUploader.AddAsync(client, Name, DemoSamples.ModelPath(DemoSamples.Models[0]), ModelFacts.None, linked.Token);
            try
            {
                var picture = ImageInput.FromFile(DemoSamples.Pictures()[0].Path);
                var answer = await client.ExplainToEndAsync(Name, new ExplanationOptions { Method = "gradient" }, picture, linked.Token);
                return answer.Map is { } map && map.Values.Any(v => v != 0)
                    ? new("SAL9408", "explanation", CheckOutcome.Ok, $"a gradient of a small model took {clock.GetElapsedTime(started).TotalSeconds:0.0} s")
                    : new("SAL9408", "explanation", CheckOutcome.Failed, "the map that came back is empty", "Look at the workers' logs.");
            }
            finally
            {
                await client.Models.RemoveAsync(Name, cancellation);
            }
        }
        catch (GatewayException error)
        {
            return new("SAL9408", "explanation", CheckOutcome.Failed, $"{error.Code}: {error.What}", error.Next);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return new("SAL9408", "explanation", CheckOutcome.Failed, $"no map within {wait.TotalSeconds:0} s",
                "See the checks of workers and queue; give a pool that starts from zero more time with --wait S.");
        }
    }
}
