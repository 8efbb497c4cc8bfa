using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.Chart.Tests.Charts;
using SaliencyCluster.Protocol.ExternalScaler;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>
/// KEDA and the autoscaler that it makes, for one rendered ScaledObject: asks the gateway over KEDA's protocol with the rendered metadata and
/// turns the answers into a number of pods.
/// </summary>
internal sealed class Autoscaler : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly ExternalScaler.ExternalScalerClient _scaler;
    private readonly ScaledObjectRef _object;
    private readonly int _least, _most;

    public Autoscaler(Manifest scaledObject, Namespace release)
    {
        var metadata = scaledObject.Spec["triggers"]![0]!["metadata"]!.AsObject();
        _object = new() { Name = scaledObject.Name, Namespace = Helm.Namespace };
        foreach (var (key, value) in metadata) _object.ScalerMetadata.Add(key, value!.ToString());
        (_least, _most) = ((int)scaledObject.Spec["minReplicaCount"]!, (int)scaledObject.Spec["maxReplicaCount"]!);
        Workload = (string)scaledObject.Spec["scaleTargetRef"]!["name"]!;
        var address = metadata["scalerAddress"]!.ToString();
        _channel = GrpcChannel.ForAddress($"http://{release.Service(address[..address.IndexOf(':')])}");
        _scaler = new(_channel);
    }

    /// <summary>Gets the Deployment or StatefulSet that is scaled.</summary>
    public string Workload { get; }

    /// <summary>Asks as KEDA does at every look, and gets the number of pods: 0 and 1 by IsActive, the rest by the metric over its target.</summary>
    /// <remarks>Where the gateway cannot answer, the number stays what it is.</remarks>
    public async Task<int> WantedAsync(int present)
    {
        try
        {
            return await AskAsync();
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
        {
            return present;
        }
    }

    public void Dispose() => _channel.Dispose();

    private async Task<int> AskAsync()
    {
        var token = TestContext.Current.CancellationToken;
        if (!(await _scaler.IsActiveAsync(_object, cancellationToken: token)).Result) return _least;
        var spec = (await _scaler.GetMetricSpecAsync(_object, cancellationToken: token)).MetricSpecs.Single();
        var answer = await _scaler.GetMetricsAsync(new() { ScaledObjectRef = _object, MetricName = spec.MetricName }, cancellationToken: token);
        var value = answer.MetricValues.Single(v => v.MetricName == spec.MetricName).MetricValueFloat;
        return Math.Clamp((int)Math.Ceiling(value / spec.TargetSizeFloat - 1e-6), Math.Max(1, _least), _most);
    }
}
