using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Placement;
using Orleans.Runtime;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Computing;
using SaliencyCluster.Grains.Devices;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Models;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Queue;
using SaliencyCluster.Grains.Queue.Scaling;
using SaliencyCluster.Grains.Retention;
using SaliencyCluster.Grains.Trials;
using SaliencyCluster.Grains.Workers;
using SaliencyCluster.Imaging;
using SaliencyCluster.Runtime.Devices;

namespace SaliencyCluster.Grains.Registration;

/// <summary>Adds the grains and hosted services of a silo's roles.</summary>
public static class GrainRegistration
{
    /// <summary>Adds what the roles need. The host must have a blob store and the storage provider <see cref="GrainStorage.Provider"/>.</summary>
    public static IServiceCollection AddSaliencyGrains(this IServiceCollection services, string roles)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddPlacementFilter<RoleFilterStrategy, RoleFilterDirector>(ServiceLifetime.Transient);
        services.AddPlacementDirector<PinnedPlacement, PinnedPlacementDirector>();
        services.AddSingleton<GatewayPresence>();
        services.AddSingleton<IIncomingGrainCallFilter, CodedErrorFilter>();
        services.AddChecked<QueueOptions, QueueOptionsValidator>(QueueOptions.Section);
        services.AddChecked<JobOptions, JobOptionsValidator>(JobOptions.Section);
        services.AddChecked<RequestBounds, RequestBoundsValidator>(RequestBounds.Section);
        services.AddChecked<TrialOptions, TrialOptionsValidator>(TrialOptions.Section);
        services.AddChecked<ScalingOptions, ScalingOptionsValidator>(ScalingOptions.Section);
        if (Roles.Has(roles, Roles.Gateway))
        {
            services.AddSingleton<GatewayCompute>();
            services.AddSingleton<FactStore>();
            services.AddSingleton(s => new ImageMemory(s.GetRequiredService<IOptions<JobOptions>>().Value.ImageMemoryBytes));
            services.AddSingleton(s => new EvaluationMemory(s.GetRequiredService<IOptions<JobOptions>>().Value.EvaluationMemoryBytes));
            services.AddHostedService<SupervisorPing>();
            // In this order: see IBlobReferences.
            services.AddSingleton<IBlobReferences, ModelReferences>();
            services.AddSingleton<IBlobReferences, WorkReferences>();
        }
        if (!Roles.Has(roles, Roles.Worker)) return services;
        services.AddChecked<WorkerOptions, WorkerOptionsValidator>(WorkerOptions.Section);
        services.AddSingleton<ModelStore>();
        services.AddSingleton<InstanceMeter>();
        services.AddSingleton<ModelGuard>();
        if (services.All(s => s.ServiceType != typeof(Device))) services.AddSaliencyDevice();
        return services.AddHostedService<WorkerAgent>();
    }

    private static void AddChecked<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class where TValidator : class, IValidateOptions<TOptions> =>
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>()
            .AddOptionsWithValidateOnStart<TOptions>()
            .BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true);
}
