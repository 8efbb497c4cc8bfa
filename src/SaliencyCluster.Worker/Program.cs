using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Hosting.Doctor;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.TrialRun;
using SaliencyCluster.Runtime.Trials;

if (TrialProgram.IsAsked(args)) return TrialProgram.Run(args);
try
{
    var builder = ClusterHost.CreateBuilder(args);
    if (DoctorProgram.IsAsked(args)) return await DoctorProgram.RunAsync(args, builder.Configuration, _ => { }, hasDevice: true);
    var settings = ClusterSettingsReader.Read(builder.Configuration) with { Roles = Roles.Worker };
    builder.AddSaliencyCluster(settings);
    builder.Services.AddSingleton(TrialCommand.OfThisProcess(typeof(Program)));
    await using var app = builder.Build();
    app.UseSaliencyOperations();
    var health = app.Services.GetRequiredService<Device>().Health;
    await app.RunAsync();
    if (health.Lost is not { Code: "SAL4023" } stuck) return ProcessEnd.Of(0);
    await Console.Error.WriteLineAsync($"error {stuck.Message}");
    return ProcessEnd.Of(4);
}
catch (SaliencyException error)
{
    await Console.Error.WriteLineAsync($"error {error.Message}");
    return 3;
}
