using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.Gateway.Inference.Protocol;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>Calls any RPC by its descriptor, so that tests cover those that are not written yet.</summary>
internal static class RawCall
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    /// <summary>Gets every RPC of the protocols that needs a key, as <c>Service/Rpc</c>; KEDA's is tested with the scaler.</summary>
    public static IReadOnlyDictionary<string, MethodDescriptor> All { get; } =
        ((Type[])[.. typeof(ExplainRequest).Assembly.GetTypes(), .. typeof(ModelInferRequest).Assembly.GetTypes()])
        .Select(t => t.GetProperty("Descriptor", typeof(ServiceDescriptor))?.GetValue(null)).OfType<ServiceDescriptor>()
        .Where(s => s.File.Package != "externalscaler")
        .SelectMany(s => s.Methods).Where(m => m.Name is not ("ServerLive" or "ServerReady"))
        .ToDictionary(m => $"{m.Service.Name}/{m.Name}");

    /// <summary>Calls and reads up to ten answers; returns the status and the answers as JSON.</summary>
    public static async Task<(Status Status, string Said)> AskAsync(Uri endpoint, MethodDescriptor rpc, string? key, CancellationToken cancellation, params IMessage[] requests)
    {
        using var channel = GrpcChannel.ForAddress(endpoint);
        var headers = key is null ? [] : new Metadata { { "authorization", $"Bearer {key}" } };
        var type = rpc.IsClientStreaming ? MethodType.DuplexStreaming : MethodType.ServerStreaming;
        var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            new Method<byte[], byte[]>(MethodType.DuplexStreaming, rpc.Service.FullName, rpc.Name, Bytes, Bytes), null, new CallOptions(headers, cancellationToken: cancellation));
        using (call)
        {
            var said = "";
            try
            {
                foreach (var request in requests.Length == 0 && type == MethodType.ServerStreaming ? [(IMessage)Activator.CreateInstance(rpc.InputType.ClrType)!] : requests)
                    await call.RequestStream.WriteAsync(request.ToByteArray(), cancellation);
                await call.RequestStream.CompleteAsync();
            }
            catch (Exception error) when (error is RpcException or InvalidOperationException)
            {
                // Refused before everything was sent: the answer below says why.
            }
            try
            {
                for (var i = 0; i < 10 && await call.ResponseStream.MoveNext(cancellation); i++) said += rpc.OutputType.Parser.ParseFrom(call.ResponseStream.Current);
                return (Status.DefaultSuccess, said);
            }
            catch (RpcException error)
            {
                return (error.Status, said);
            }
        }
    }
}
