using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Hosting.Doctor;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Onnx;

try
{
    var builder = ClusterHost.CreateBuilder(args);
    if (DoctorProgram.IsAsked(args)) return await DoctorProgram.RunAsync(args, builder.Configuration, c => GatewayOptionsReader.Read(c));
    var gateway = GatewayOptionsReader.Read(builder.Configuration);
    var settings = ClusterSettingsReader.Read(builder.Configuration) with { Roles = "gateway" };
    builder.AddSaliencyCluster(settings);
    builder.AddSaliencyGateway(gateway);
    await using var app = builder.Build();
    app.UseSaliencyOperations();
    app.MapSaliencyGateway();
    var addresses = await app.StartGatewayAsync();
    app.Logger.Serving(addresses.Grpc, addresses.Http);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (SaliencyException error)
{
    await Console.Error.WriteLineAsync($"error {error.Message}");
    return 3;
}
