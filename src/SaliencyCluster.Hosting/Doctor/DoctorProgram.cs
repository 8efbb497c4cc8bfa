using Microsoft.Extensions.Configuration;

namespace SaliencyCluster.Hosting.Doctor;

/// <summary>The word <c>doctor</c> after a program of the cluster: checks instead of starting. For <c>kubectl exec</c> into a pod.</summary>
public static class DoctorProgram
{
    /// <summary>Gets whether the arguments ask for the checks.</summary>
    public static bool IsAsked(string[] arguments) => arguments is ["doctor", ..];

    /// <summary>Runs the checks and prints them.</summary>
    /// <param name="arguments"><c>doctor</c>, and <c>--json</c> for machine-readable text.</param>
    /// <param name="configuration">As the process would read it.</param>
    /// <param name="readOwnSections">Reads the sections that only this process has.</param>
    /// <param name="hasDevice">Whether the process computes, so that its device is looked at too.</param>
    /// <returns>0, or 4 where a check failed.</returns>
    public static async Task<int> RunAsync(string[] arguments, IConfiguration configuration, Action<IConfiguration> readOwnSections, bool hasDevice = false)
    {
        var results = await InsideDoctor.RunAsync(configuration, readOwnSections, TimeProvider.System);
        if (hasDevice) results = [.. results, DeviceCheck.Run(configuration)];
        DoctorReport.Print(Console.Out, results, arguments.Contains("--json"));
        return DoctorReport.IsHealthy(results) ? 0 : 4;
    }
}
