using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Trials;

namespace SaliencyCluster.Runtime.Devices;

/// <summary>Adds a device to a host.</summary>
public static class DeviceRegistration
{
    /// <summary>
    /// Adds the <see cref="Device"/> that section <see cref="DeviceOptions.Section"/> describes. Wrong values and unknown
    /// keys stop the host at its start with all mistakes at once.
    /// </summary>
    public static IServiceCollection AddSaliencyDevice(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<DeviceOptions>, DeviceOptionsValidator>()
            .AddOptionsWithValidateOnStart<DeviceOptions>()
            .BindConfiguration(DeviceOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true);
        services.AddSingleton(provider =>
        {
            var logs = provider.GetRequiredService<ILoggerFactory>();
            OnnxRuntimeEngine.LogTo(logs.CreateLogger("Microsoft.ML.OnnxRuntime"));
            return new Device(
                provider.GetRequiredService<IOptions<DeviceOptions>>().Value,
                provider.GetService<TimeProvider>() ?? TimeProvider.System, logs.CreateLogger<Device>(),
                trials: provider.GetService<TrialCommand>());
        });
        return services;
    }
}
