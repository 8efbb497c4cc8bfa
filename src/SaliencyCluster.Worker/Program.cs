using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Hosting.Doctor;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Onnx;

try
{
    var builder = ClusterHost.CreateBuilder(args);
    if (DoctorProgram.IsAsked(args)) return await DoctorProgram.RunAsync(args, builder.Configuration, _ => { }, hasDevice: true);
    var settings = ClusterSettingsReader.Read(builder.Configuration) with { Roles = Roles.Worker };
    builder.AddSaliencyCluster(settings);
    await using var app = builder.Build();
    app.UseSaliencyOperations();
    await app.RunAsync();
    return 0;
}
catch (SaliencyException error)
{
    await Console.Error.WriteLineAsync($"error {error.Message}");
    return 3;
}
