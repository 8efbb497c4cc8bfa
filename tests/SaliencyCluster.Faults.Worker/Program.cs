using SaliencyCluster.Faults.Worker;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Hosting.Silo;

// The worker as it is shipped, with filters around its calls: one writes down what it takes and sends, one damages what it sends, one ends the process.
var builder = ClusterHost.CreateBuilder(args);
var settings = ClusterSettingsReader.Read(builder.Configuration) with { Roles = Roles.Worker };
builder.AddSaliencyCluster(settings);
var folder = Environment.GetEnvironmentVariable("FAULTS_FOLDER") ?? throw new InvalidOperationException("FAULTS_FOLDER is not set.");
using var log = new WorkLog(folder, settings.Name!);
builder.Services.AddSingleton<IOutgoingGrainCallFilter>(new RecordingFilter(log));
builder.Services.AddSingleton<IOutgoingGrainCallFilter>(new DamagingFilter(Path.Combine(folder, "damage-" + settings.Name)));
builder.Services.AddSingleton<IOutgoingGrainCallFilter>(new CrashingFilter(Path.Combine(folder, "crash")));
await using var app = builder.Build();
app.UseSaliencyOperations();
await app.RunAsync();
