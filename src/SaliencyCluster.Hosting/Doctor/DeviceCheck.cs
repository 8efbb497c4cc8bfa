using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Health;

namespace SaliencyCluster.Hosting.Doctor;

/// <summary>Checks that the device of a worker computes: a session of one node on its execution provider.</summary>
public static class DeviceCheck
{
    /// <summary>Runs the check with the device that the configuration describes.</summary>
    /// <param name="configuration">As the process would read it.</param>
    /// <param name="proof">What shows that it computes; a session of one node by default.</param>
    public static CheckResult Run(IConfiguration configuration, IProviderProof? proof = null)
    {
        try
        {
            var options = configuration.GetSection(DeviceOptions.Section).Get<DeviceOptions>() ?? new();
            var name = Device.Prove(options, NullLogger.Instance, proof);
            return new("SAL9416", "device", CheckOutcome.Ok, $"{name} computes: a session of one node gave the right answer");
        }
        catch (SaliencyException error)
        {
            return new("SAL9416", "device", CheckOutcome.Failed, $"{error.Code}: {error.What}", error.Next);
        }
        catch (InvalidOperationException error)
        {
            // The binder's words for a value of the wrong kind.
            return new("SAL9416", "device", CheckOutcome.Failed, error.Message, $"Correct the section {DeviceOptions.Section} of the configuration.");
        }
    }
}
