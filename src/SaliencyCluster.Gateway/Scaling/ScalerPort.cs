using Grpc.AspNetCore.Server;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Scaling;

/// <summary>Refuses on the port that is KEDA's alone whatever is not the scaler, with a key too: only so may everybody be let
/// to it.</summary>
internal sealed class ScalerPort(RequestDelegate next, GatewayPorts ports)
{
    public Task InvokeAsync(HttpContext context) => !ports.IsScaler(context.Connection) || IsScaler(context.GetEndpoint())
        ? next(context)
        : ErrorAnswer.WriteAsync(context, new SaliencyException(
            "SAL2915", "This port answers KEDA's external scaler and nothing else.",
            "Use the gateway's ports of gRPC or REST, with a key."));

    private static bool IsScaler(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType == typeof(ExternalScalerService);
}

/// <summary>Adds the scaler to a gateway.</summary>
internal static class ScalerSetup
{
    /// <summary>Keeps its port to it; comes before everything else that answers.</summary>
    public static void UseScalerPort(this IApplicationBuilder app) => app.UseMiddleware<ScalerPort>();

    /// <summary>Maps it.</summary>
    public static void MapScaler(this IEndpointRouteBuilder app) => app.MapGrpcService<ExternalScalerService>();
}
